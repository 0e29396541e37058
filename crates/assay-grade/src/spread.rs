//! Several gradings at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use assay_core::Fault;

/// `work` of each item, `at_once` at a time, in the order of the items. Once `stop` is set or something faulted, no other begins; what
/// did not begin is none.
pub(crate) fn spread<T: Sync, R: Send>(
    at_once: usize,
    items: &[T],
    stop: &AtomicBool,
    work: impl Fn(&T) -> Result<R, Fault> + Sync,
) -> Vec<Option<Result<R, Fault>>> {
    let (next, faulted) = (AtomicUsize::new(0), AtomicBool::new(false));
    let results = Mutex::new(items.iter().map(|_| None).collect::<Vec<_>>());
    std::thread::scope(|scope| {
        for _ in 0..at_once.min(items.len()).max(1) {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) && !faulted.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    let result = work(item);
                    if result.is_err() {
                        faulted.store(true, Ordering::Relaxed);
                    }
                    results.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(result);
                }
            });
        }
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner)
}
