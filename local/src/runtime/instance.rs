//! One process of a function, from its start to its end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use super::InvokeError;
use super::launch::Process;

/// AWS gives an init phase 10 s; a laptop that compiles something else gets more.
const INIT_LIMIT: Duration = Duration::from_secs(30);

/// One invocation on its way to a process.
pub(super) struct Job {
    /// The event.
    pub(super) payload: Bytes,
    /// The function's timeout, from the moment the process takes the job.
    pub(super) timeout: Duration,
    /// Kill the process when it answers, and lose the answer.
    pub(super) kill_before_answer: bool,
    /// Told when the process takes the job.
    pub(super) taken: oneshot::Sender<()>,
    /// Told the result.
    pub(super) reply: oneshot::Sender<Result<Bytes, InvokeError>>,
}

/// A process, and the queue of its Runtime API.
pub(super) struct Instance {
    process: Mutex<Process>,
    jobs: mpsc::Sender<Job>,
    doomed: AtomicBool,
    ended: watch::Sender<bool>,
}

impl Instance {
    pub(super) fn new(process: Process, jobs: mpsc::Sender<Job>) -> Self {
        Self {
            process: Mutex::new(process),
            jobs,
            doomed: AtomicBool::new(false),
            ended: watch::Sender::new(false),
        }
    }

    /// Whether the process still runs, as far as is known, and nobody has killed it.
    pub(super) fn is_alive(&self) -> bool {
        !self.doomed.load(Ordering::SeqCst) && !*self.ended.borrow()
    }

    /// Kills the process. Its end is noticed a moment later.
    pub(super) fn kill(&self) {
        self.doomed.store(true, Ordering::SeqCst);
        // A process that has already ended cannot be killed, and need not be.
        self.process().start_kill().unwrap_or_default();
    }

    /// Kills the process, waits for its end and tells everyone.
    pub(super) async fn reap(&self) {
        self.kill();
        while matches!(self.process().try_wait(), Ok(None)) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.ended.send_replace(true);
    }

    /// Runs one invocation. On failure to answer in time the process is killed.
    pub(super) async fn invoke(
        &self,
        payload: Bytes,
        limit: Duration,
        kill_before_answer: bool,
    ) -> Result<Bytes, InvokeError> {
        let (taken, was_taken) = oneshot::channel();
        let (reply, replied) = oneshot::channel();
        let job = Job { payload, timeout: limit, kill_before_answer, taken, reply };
        if self.jobs.send(job).await.is_err() {
            return Err(InvokeError::Crashed);
        }
        let result = tokio::select! {
            biased;
            result = outcome(was_taken, replied, limit) => result,
            () = self.end() => Err(InvokeError::Crashed),
        };
        if matches!(result, Err(InvokeError::Init | InvokeError::TimedOut | InvokeError::Crashed)) {
            self.reap().await;
        }
        result
    }

    async fn end(&self) {
        let mut ended = self.ended.subscribe();
        // The sender lives in self, so the wait ends only with the process.
        ended.wait_for(|ended| *ended).await.map(drop).unwrap_or_default();
    }

    fn process(&self) -> MutexGuard<'_, Process> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn outcome(
    taken: oneshot::Receiver<()>,
    reply: oneshot::Receiver<Result<Bytes, InvokeError>>,
    limit: Duration,
) -> Result<Bytes, InvokeError> {
    match timeout(INIT_LIMIT, taken).await {
        Err(_) => return Err(InvokeError::Init),
        Ok(Err(_)) => return Err(InvokeError::Crashed),
        Ok(Ok(())) => {}
    }
    match timeout(limit, reply).await {
        Err(_) => Err(InvokeError::TimedOut),
        Ok(Err(_)) => Err(InvokeError::Crashed),
        Ok(Ok(result)) => result,
    }
}
