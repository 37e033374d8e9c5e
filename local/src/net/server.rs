//! The accept loop that every listener of the process shares.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::{Dropped, HttpResponse, IncomingRequest};

/// Binds 127.0.0.1 on `port`; 0 asks the system for a free one. Fails as the system does.
pub(crate) async fn bind_loopback(port: u16) -> io::Result<(TcpListener, u16)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

/// Serves HTTP/1.1 with keep-alive until the future is dropped; open connections end with it.
///
/// The handler gets the peer's address. When it answers [`Dropped`], the connection closes without a byte.
pub(crate) async fn serve<H, F>(listener: TcpListener, handler: H)
where
    H: Fn(SocketAddr, IncomingRequest) -> F + Clone + Send + 'static,
    F: Future<Output = Result<HttpResponse, Dropped>> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // A failed accept concerns one client (it left, or descriptors ran out); the others go on.
                if let Ok((stream, peer)) = accepted {
                    connections.spawn(connection(stream, peer, handler.clone()));
                }
            }
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn connection<H, F>(stream: TcpStream, peer: SocketAddr, handler: H)
where
    H: Fn(SocketAddr, IncomingRequest) -> F,
    F: Future<Output = Result<HttpResponse, Dropped>>,
{
    // Without this, small answers wait for the peer's delayed acknowledgement (40 ms).
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = service_fn(move |request| handler(peer, request));
    let served =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    // The error is the peer's hang-up or our own `Dropped`; there is nobody left to tell.
    drop(served.await);
}
