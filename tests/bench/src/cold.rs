//! Cold start: from the spawn of a function's binary to its first `GET .../invocation/next`, against a Runtime API
//! that has no event for it.

use std::fs;
use std::io::{ErrorKind, Read};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::Failure;

/// What the platform and the template put into a function's environment.
const ENVIRONMENT: [(&str, &str); 14] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
    ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/bench"),
    ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]0"),
    ("AWS_REGION", "eu-central-1"),
    ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "not-a-secret"),
    ("AWS_SESSION_TOKEN", "not-a-session"),
    ("TABLE_NAME", "postern"),
    ("POSTERN_ISSUER", "https://login.example.com"),
    ("POSTERN_AUDIENCE", "https://api.example.com"),
    ("POSTERN_ACCOUNT_HEADER", "Postern-Account"),
    ("POSTERN_REVOCATION_SECONDS", "15"),
];

const NEXT: &[u8] = b"GET /2018-06-01/runtime/invocation/next ";
const PAUSE: Duration = Duration::from_millis(1);
/// How many pauses a binary may take to ask; far more than any needs.
const PATIENCE: u32 = 10_000;

/// Seconds of CPU that `binary` has used when it waits for its first event. [`Failure`] when it ends, or asks for
/// anything else.
pub(crate) fn init_cpu(binary: &Path) -> Result<f64, Failure> {
    let api = TcpListener::bind(("127.0.0.1", 0))?;
    api.set_nonblocking(true)?;
    let mut function = Running::start(binary, &api.local_addr()?.to_string())?;
    let mut connection = function.connection(&api)?;
    read_request(&mut connection)?;
    function.cpu_at_rest()
}

/// A running binary; ended when dropped.
struct Running(Child);

impl Running {
    fn start(binary: &Path, runtime_api: &str) -> Result<Self, Failure> {
        let mut command = Command::new(binary);
        command.env_clear().envs(ENVIRONMENT).env("AWS_LAMBDA_RUNTIME_API", runtime_api);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().map_err(|error| format!("{}: {error}", binary.display()))?;
        Ok(Self(child))
    }

    fn connection(&mut self, api: &TcpListener) -> Result<TcpStream, Failure> {
        for _ in 0..PATIENCE {
            match api.accept() {
                Ok((connection, _)) => return Ok(connection),
                Err(error) if error.kind() == ErrorKind::WouldBlock => sleep(PAUSE),
                Err(error) => return Err(error.into()),
            }
            if let Some(status) = self.0.try_wait()? {
                return Err(format!("the function ended before it asked for an event: {status}").into());
            }
        }
        Err("the function never asked for an event".into())
    }

    /// The kernel adds a thread's time up when the thread stops running: two equal readings are the end of it.
    fn cpu_at_rest(&self) -> Result<f64, Failure> {
        let mut last = None;
        for _ in 0..PATIENCE {
            let now = self.cpu()?;
            if last == Some(now) {
                return Ok(Duration::from_nanos(now).as_secs_f64());
            }
            last = Some(now);
            sleep(PAUSE);
        }
        Err("the function never came to rest".into())
    }

    /// Nanoseconds on a CPU, of all threads: the first number of each `schedstat`.
    fn cpu(&self) -> Result<u64, Failure> {
        let mut total = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.0.id()))? {
            let text = fs::read_to_string(thread?.path().join("schedstat"))?;
            total += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
        }
        Ok(total)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It fails only where the process has ended already.
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}

fn read_request(connection: &mut TcpStream) -> Result<(), Failure> {
    connection.set_nonblocking(false)?;
    connection.set_read_timeout(Some(Duration::from_secs(5)))?;
    let (mut request, mut chunk) = (Vec::new(), [0; 1024]);
    while !request.ends_with(b"\r\n\r\n") {
        let read = connection.read(&mut chunk)?;
        if read == 0 {
            return Err("the function hung up".into());
        }
        request.extend(chunk.iter().take(read));
    }
    if request.starts_with(NEXT) { Ok(()) } else { Err("the function did not ask for an event".into()) }
}
