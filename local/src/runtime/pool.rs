//! The instances of one function.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::environment::function_environment;
use super::instance::Instance;
use super::launch::Launcher;
use super::{AwsEnvironment, InvokeError, Logs};
use crate::kms::ACCOUNT;
use crate::template::{FunctionSpec, REGION};

/// What all pools share.
pub(crate) struct PoolOptions {
    /// Where the binaries are.
    pub(crate) functions_dir: PathBuf,
    /// How functions reach AWS services.
    pub(crate) aws: AwsEnvironment,
    /// Instances per function; more requests wait.
    pub(crate) max_instances: usize,
    /// Where output goes.
    pub(crate) logs: Logs,
}

/// One function's instances, idle and busy.
pub(crate) struct Pool {
    spec: FunctionSpec,
    launcher: Launcher,
    permits: Semaphore,
    instances: Mutex<Instances>,
    kills: AtomicU32,
}

#[derive(Default)]
struct Instances {
    idle: Vec<Arc<Instance>>,
    all: Vec<Weak<Instance>>,
}

impl Pool {
    pub(super) fn new(spec: FunctionSpec, options: &PoolOptions) -> Self {
        let launcher = Launcher {
            program: options.functions_dir.join(&spec.binary),
            environment: function_environment(&spec, &options.aws),
            source: spec.binary.clone(),
            arn: format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{}", spec.name),
            logs: options.logs.clone(),
        };
        let permits = Semaphore::new(options.max_instances);
        Self { spec, launcher, permits, instances: Mutex::default(), kills: AtomicU32::new(0) }
    }

    pub(super) fn spec(&self) -> &FunctionSpec {
        &self.spec
    }

    /// Runs one invocation on an idle instance or a new one. Fails as [`InvokeError`] says.
    pub(super) async fn invoke(&self, payload: Bytes) -> Result<Bytes, InvokeError> {
        let Ok(_permit) = self.permits.acquire().await else { return Err(InvokeError::Crashed) };
        let started = Instant::now();
        let (instance, start) = match self.take_idle() {
            Some(instance) => (instance, "warm"),
            None => (self.launch().await?, "cold"),
        };
        let result = instance.invoke(payload, self.spec.timeout, self.take_kill()).await;
        if instance.is_alive() {
            self.instances().idle.push(instance);
        }
        let status = result.as_ref().map_or_else(ToString::to_string, |_| "ok".to_owned());
        let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
        self.launcher.logs.add(&self.spec.binary, format!("{start} {milliseconds:.1} ms {status}"));
        result
    }

    /// Kills the next invocation's instance when it answers; the answer is lost.
    pub(crate) fn kill_before_answer(&self) {
        self.kills.fetch_add(1, Ordering::SeqCst);
    }

    /// Kills every instance now. Invocations that run fail.
    pub(crate) fn kill_all(&self) {
        let all = std::mem::take(&mut self.instances().all);
        for instance in all.iter().filter_map(Weak::upgrade) {
            instance.kill();
        }
        self.instances().idle.clear();
    }

    async fn launch(&self) -> Result<Arc<Instance>, InvokeError> {
        let launched = self.launcher.launch().await;
        match &launched {
            Ok(instance) => {
                let mut instances = self.instances();
                instances.all.retain(|instance| instance.strong_count() > 0);
                instances.all.push(Arc::downgrade(instance));
            }
            Err(error) => self.launcher.logs.add(&self.spec.binary, error.to_string()),
        }
        launched
    }

    fn take_idle(&self) -> Option<Arc<Instance>> {
        let idle = &mut self.instances().idle;
        std::iter::from_fn(|| idle.pop()).find(|instance| instance.is_alive())
    }

    fn take_kill(&self) -> bool {
        self.kills.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |kills| kills.checked_sub(1)).is_ok()
    }

    fn instances(&self) -> MutexGuard<'_, Instances> {
        self.instances.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
