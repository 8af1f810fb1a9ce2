//! Stores of objects: where the engine finds them, and what to say when one refuses.
//!
//! A store for an `s3://` bucket is made when the bucket is first asked for, from what the environment says. It knows
//! the credentials, so it is never printed, and neither is what a server or a client says in full.

#[cfg(feature = "s3")]
mod s3;

use std::fmt;
use std::future::Future;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use datafusion::execution::object_store::{DefaultObjectStoreRegistry, ObjectStoreRegistry, ObjectStoreUrl};
use object_store::memory::InMemory;
use object_store::{ObjectMeta, ObjectStore};
use url::Url;

use crate::error::{Error, Result};

/// The scheme of the addresses of objects.
pub(crate) const SCHEME: &str = "s3";

/// How long a store is waited for where it is asked for little: a dead one is to be named soon.
pub(crate) const FOR_LITTLE: Duration = Duration::from_secs(10);
/// How long it is waited for where it is asked for some MiB.
pub(crate) const FOR_MUCH: Duration = Duration::from_secs(120);

/// The stores that this toolkit reads from: the files of this machine, and, where it is compiled for them, the buckets
/// of S3-compatible storage. For the runtime environment of every process that is to read what a session has opened.
pub fn registry() -> Arc<dyn ObjectStoreRegistry> {
    Arc::new(Stores { known: DefaultObjectStoreRegistry::new(), make: made })
}

/// The same for a process that passes plans on and reads nothing: it needs no credentials.
pub fn unread() -> Arc<dyn ObjectStoreRegistry> {
    Arc::new(Stores { known: DefaultObjectStoreRegistry::new(), make: |_| Ok(Arc::new(InMemory::new())) })
}

struct Stores {
    known: DefaultObjectStoreRegistry,
    /// Makes the store of a bucket.
    make: fn(&Url) -> datafusion::error::Result<Arc<dyn ObjectStore>>,
}

impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The addresses only.
        self.known.fmt(f)
    }
}

impl ObjectStoreRegistry for Stores {
    fn register_store(&self, url: &Url, store: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        self.known.register_store(url, store)
    }

    fn deregister_store(&self, url: &Url) -> datafusion::error::Result<Arc<dyn ObjectStore>> {
        self.known.deregister_store(url)
    }

    fn get_store(&self, url: &Url) -> datafusion::error::Result<Arc<dyn ObjectStore>> {
        match self.known.get_store(url) {
            Err(_) if url.scheme() == SCHEME => {
                let store = (self.make)(url)?;
                self.known.register_store(url, Arc::clone(&store));
                Ok(store)
            }
            known => known,
        }
    }
}

#[cfg(feature = "s3")]
fn made(url: &Url) -> datafusion::error::Result<Arc<dyn ObjectStore>> {
    Ok(s3::store(url)?)
}

#[cfg(not(feature = "s3"))]
fn made(url: &Url) -> datafusion::error::Result<Arc<dyn ObjectStore>> {
    Err(datafusion::error::DataFusionError::from(Error::Remote {
        path: url.to_string(),
        scheme: url.scheme().to_owned(),
    }))
}

/// Waits for a store to answer, but not for ever.
pub(crate) async fn answer<T>(
    shown: &str,
    base: &ObjectStoreUrl,
    patience: Duration,
    asked: impl Future<Output = object_store::Result<T>>,
) -> Result<T> {
    match tokio::time::timeout(patience, asked).await {
        Ok(answer) => answer.map_err(|error| refused(shown, base, &error)),
        Err(_) => Err(Error::Io {
            path: shown.to_owned(),
            message: format!("the store has not answered for {} s; check AWS_ENDPOINT_URL", patience.as_secs()),
            kind: ErrorKind::TimedOut,
        }),
    }
}

/// The error for what a store refused.
pub(crate) fn refused(shown: &str, base: &ObjectStoreUrl, error: &object_store::Error) -> Error {
    #[cfg(feature = "s3")]
    if let Some(said) = s3::refusal(shown, base, error) {
        return said;
    }
    let _ = base;
    match error {
        object_store::Error::NotFound { .. } => Error::NoSuchFile { path: shown.to_owned(), near: None },
        other => Error::Io {
            path: shown.to_owned(),
            message: crate::error::clean(&innermost(other).to_string()),
            kind: ErrorKind::Other,
        },
    }
}

/// The cause of an error: what is around it names requests, not files.
fn innermost(error: &dyn std::error::Error) -> &dyn std::error::Error {
    error.source().map_or(error, innermost)
}

/// The engine remembers footers by the name of an object, its size and its time, whatever the store. Names and sizes of
/// two buckets may well agree, and their times too, which have few digits: digits that nobody reads tell them apart.
pub(crate) fn told_apart(base: &ObjectStoreUrl, mut meta: ObjectMeta) -> ObjectMeta {
    let mut hasher = DefaultHasher::new();
    base.as_str().hash(&mut hasher);
    meta.last_modified += Duration::from_nanos(hasher.finish() % 1_000_000);
    meta
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_of_two_buckets_differ_in_time() {
        let meta = ObjectMeta {
            location: object_store::path::Path::from("part-1.parquet"),
            last_modified: std::time::SystemTime::UNIX_EPOCH.into(),
            size: 7,
            e_tag: None,
            version: None,
        };
        let of = |bucket: &str| {
            let base = ObjectStoreUrl::parse(bucket).expect("it is an address");
            told_apart(&base, meta.clone()).last_modified
        };
        assert_ne!(of("s3://a"), of("s3://b"));
        assert_eq!(of("s3://a"), of("s3://a/"));
        assert_eq!(of("s3://a").timestamp_millis(), meta.last_modified.timestamp_millis());
    }
}
