//! How many threads share the rows.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// The number of threads that share the rows of a call. The result is the same bits for any.
///
/// A process that was forked after threads had been started has none of them: call with [`One`](Self::One) there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Threads {
    /// The calling thread alone.
    One,
    /// All that the machine has: rayon's global pool, or the one that the caller is on.
    #[default]
    All,
    /// This many, on a pool that is kept for later calls.
    Exactly(NonZeroUsize),
}

impl Threads {
    /// `count` threads; 0 means all.
    pub fn new(count: usize) -> Self {
        match NonZeroUsize::new(count) {
            None => Self::All,
            Some(NonZeroUsize::MIN) => Self::One,
            Some(count) => Self::Exactly(count),
        }
    }

    /// Whether work may be shared at all.
    pub(crate) fn are_many(self) -> bool {
        self != Self::One
    }

    /// Runs `work` where rayon shares its parts among these threads; where they cannot be started, on rayon's global pool.
    pub(crate) fn install<T: Send>(self, work: impl FnOnce() -> T + Send) -> T {
        match self {
            Self::One | Self::All => work(),
            Self::Exactly(count) => match pool(count.get()) {
                Some(pool) => pool.install(work),
                None => work(),
            },
        }
    }
}

/// The pool of this many threads, started at its first use: starting threads takes longer than most calls.
fn pool(count: usize) -> Option<Arc<ThreadPool>> {
    static POOLS: Mutex<BTreeMap<usize, Arc<ThreadPool>>> = Mutex::new(BTreeMap::new());
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pool) = pools.get(&count) {
        return Some(Arc::clone(pool));
    }
    let pool = Arc::new(ThreadPoolBuilder::new().num_threads(count).build().ok()?);
    pools.insert(count, Arc::clone(&pool));
    Some(pool)
}
