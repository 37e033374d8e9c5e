//! Lambda's event source mapping: reads a table's stream and invokes the mapped function, batch by batch, in order,
//! each record until it succeeds.
//!
//! The one shard of a table has one batch in flight. With a data folder, the place reached is kept there, so that a
//! restart goes on where the last run stopped; what was in flight is delivered again, as Lambda may do at any time.
//! Without one, the tables are as short-lived as the place in them. A mapping that has reached nothing yet begins at
//! its `StartingPosition`.

mod checkpoint;
mod delivery;
mod filter;
mod mapping;
mod record;
mod verdict;

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError, mpsc};

use tokio::task::AbortHandle;

use crate::StartError;
use crate::engines::{Engines, Start};
use crate::runtime::{Functions, Logs};
use crate::template::{StartingPosition, StreamSpec, at};
use checkpoint::Checkpoint;
use filter::Filter;
use mapping::Mapping;

/// What mappings need of the stack.
pub(crate) struct Lambda {
    /// Who is invoked.
    pub(crate) functions: Functions,
    /// Where failed batches are reported: their numbers, never their contents.
    pub(crate) logs: Logs,
    /// The folder for the places reached; nothing: they are not kept.
    pub(crate) checkpoints: Option<PathBuf>,
}

/// Mappings at work.
pub(crate) struct Mappings {
    tasks: Vec<AbortHandle>,
    /// To be given to each mapping.
    at_work: Option<mpsc::Sender<Infallible>>,
    /// Each mapping holds a sender and sends nothing: there is word when the last one has ended.
    ended: Mutex<mpsc::Receiver<Infallible>>,
}

impl Drop for Mappings {
    /// Ends every mapping and waits for it, a moment: none keeps a place after this, in a folder that may be another
    /// run's by then, or removed.
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        drop(self.at_work.take());
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        // An error is the word.
        let Err(_) = ended.recv();
    }
}

/// Starts every mapping; each runs until what is returned is dropped.
///
/// Says so in the log and starts nothing when DynamoDB is not the embedded one: another engine has streams of its own
/// kind (a second endpoint at AWS, shards that split). Fails on unknown streams, on filters that are not known here,
/// and on places that cannot be read.
pub(crate) fn start(
    specs: Vec<StreamSpec>,
    engines: &Engines,
    lambda: &Lambda,
) -> Result<Mappings, StartError> {
    let (at_work, ended) = mpsc::channel();
    let mut started = Mappings { tasks: Vec::new(), at_work: Some(at_work), ended: Mutex::new(ended) };
    for spec in specs {
        let name = format!("{}.{}", spec.function, spec.event);
        let filter = at(&name, Filter::parse(&spec.patterns))?;
        let checkpoint = Checkpoint::new(lambda.checkpoints.as_deref(), &name, &spec.arn);
        let position = match (checkpoint.last()?, spec.start) {
            (Some(sequence), _) => Start::After(sequence),
            (None, StartingPosition::TrimHorizon) => Start::TrimHorizon,
            (None, StartingPosition::Latest) => Start::Latest,
        };
        let Some(stream) = engines.stream(&spec.arn, &position)? else {
            lambda
                .logs
                .add("streams", format!("{name} is not delivered: only the embedded DynamoDB's streams are"));
            continue;
        };
        let (functions, logs) = (lambda.functions.clone(), lambda.logs.clone());
        let mapping = Mapping { name, spec, filter, stream, checkpoint, functions, logs };
        let at_work = started.at_work.clone();
        let running = async move {
            mapping.run().await;
            drop(at_work);
        };
        started.tasks.push(engines.background().handle().spawn(running).abort_handle());
    }
    Ok(started)
}
