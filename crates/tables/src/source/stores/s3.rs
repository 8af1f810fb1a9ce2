//! S3-compatible storage, as the environment describes it to the tools of AWS.

use std::env;
use std::error::Error as StdError;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey as Key};
use object_store::client::{ClientConfigKey, HttpError, HttpErrorKind};
use object_store::{BackoffConfig, ObjectStore, RetryConfig};
use url::Url;

use super::innermost;
use crate::error::{Error, Result, cause, clean};

/// Tries after the first one, for a request that gets no answer or is told to come back: enough for a busy server, few
/// enough for a dead one to be named within seconds.
const RETRIES: usize = 2;
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How long a connection may take to come about.
const CONNECT: &str = "3 seconds";
/// How long a request may take, its body included: as long as the engine needs for it.
const REQUEST: &str = "7 days";

/// What is in no message, whatever happens.
const SECRETS: [&str; 5] =
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SSE_CUSTOMER_KEY_BASE64", "AWS_TOKEN"];

const HOW_TO_SIGN: &str = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (with AWS_SESSION_TOKEN if they came with one), \
                           or AWS_SKIP_SIGNATURE=true for a public bucket";

/// The store of a bucket such as `s3://bucket/`.
pub(super) fn store(url: &Url) -> Result<Arc<dyn ObjectStore>> {
    let refuse = |message: String, kind: ErrorKind| Err(Error::Io { path: url.to_string(), message, kind });
    let mut builder = AmazonS3Builder::new()
        .with_config(Key::Client(ClientConfigKey::ConnectTimeout), CONNECT)
        .with_config(Key::Client(ClientConfigKey::Timeout), REQUEST);
    // As `from_env` does it; but a variable that is empty says nothing, and one that would break a request is refused.
    for (name, value) in env::vars_os() {
        let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else { continue };
        if !name.starts_with("AWS_") || value.is_empty() {
            continue;
        }
        let Ok(key) = name.to_ascii_lowercase().parse::<Key>() else { continue };
        if let Some(allowed) = not_allowed(&key, value) {
            return refuse(format!("{name} must be {allowed}"), ErrorKind::InvalidInput);
        }
        builder = builder.with_config(key, value);
    }
    let stated = |key: Key| builder.get_config_value(&key);
    let is_on =
        |key: Key| stated(key).is_some_and(|value| ["1", "true", "on", "yes", "y"].contains(&&*value.to_lowercase()));
    match (stated(Key::AccessKeyId), stated(Key::SecretAccessKey)) {
        (Some(_), None) => {
            return refuse(
                "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not".to_owned(),
                ErrorKind::PermissionDenied,
            );
        }
        (None, Some(_)) => {
            return refuse(
                "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not".to_owned(),
                ErrorKind::PermissionDenied,
            );
        }
        (None, None) if env::var("AWS_EC2_METADATA_DISABLED").is_ok_and(|value| value.eq_ignore_ascii_case("true")) => {
            let others =
                [Key::WebIdentityTokenFile, Key::ContainerCredentialsRelativeUri, Key::ContainerCredentialsFullUri];
            if !is_on(Key::SkipSignature) && others.into_iter().all(|key| stated(key).is_none()) {
                return Err(no_credentials(url.as_str()));
            }
        }
        _ => {}
    }
    let endpoint = stated(Key::S3Endpoint).or_else(|| stated(Key::Endpoint));
    if endpoint.is_some_and(|endpoint| endpoint.starts_with("http://"))
        && !is_on(Key::Client(ClientConfigKey::AllowHttp))
    {
        let message = "the endpoint is not encrypted (http://); AWS_ALLOW_HTTP=true allows that";
        return refuse(message.to_owned(), ErrorKind::PermissionDenied);
    }
    let backoff = BackoffConfig { max_backoff: LONGEST_PAUSE, ..BackoffConfig::default() };
    let retry = RetryConfig { backoff, max_retries: RETRIES, ..RetryConfig::default() };
    let bucket = url.host_str().unwrap_or_default();
    match builder.with_bucket_name(bucket).with_retry(retry).build() {
        Ok(store) => Ok(Arc::new(store)),
        Err(error) => refuse(
            format!("the variables AWS_* of the environment do not describe a store: {}", reason(&error)),
            ErrorKind::InvalidInput,
        ),
    }
}

/// What a variable may be, where it is something else that a request cannot be made with.
fn not_allowed(key: &Key, value: &str) -> Option<&'static str> {
    let is_visible = |byte: u8| byte.is_ascii_graphic();
    let is_url = || {
        value.bytes().all(is_visible)
            && Url::parse(value).is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host())
    };
    match key {
        Key::Endpoint
        | Key::S3Endpoint
        | Key::StsEndpoint
        | Key::MetadataEndpoint
        | Key::ContainerCredentialsFullUri => (!is_url()).then_some("an address such as https://storage.example.org"),
        Key::Region | Key::DefaultRegion => {
            let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
            (!plain).then_some("the name of a region such as eu-central-1")
        }
        _ => (!value.bytes().all(|byte| byte == b' ' || is_visible(byte))).then_some("of plain visible characters"),
    }
}

/// Why a store did not give what it was asked for, where that can be told.
pub(super) fn refusal(shown: &str, base: &ObjectStoreUrl, error: &object_store::Error) -> Option<Error> {
    let text = error.to_string();
    let said = |message: String, kind: ErrorKind| Some(Error::Io { path: shown.to_owned(), message, kind });
    // Where no credentials are stated the machine is asked for those that it has as one of a cloud.
    if text.contains("/latest/api/token") || text.contains("/latest/meta-data/") {
        return Some(no_credentials(shown));
    }
    if let Some(http) = cause::<HttpError>(error) {
        return match http.kind() {
            HttpErrorKind::Connect | HttpErrorKind::Timeout | HttpErrorKind::Request => said(
                format!(
                    "the store cannot be reached at {} ({}); check AWS_ENDPOINT_URL and AWS_REGION",
                    endpoint(),
                    reason(http)
                ),
                ErrorKind::NotConnected,
            ),
            _ => said(format!("the connection to the store broke ({})", reason(http)), ErrorKind::ConnectionAborted),
        };
    }
    if text.contains("Got invalid list response") {
        let message = format!("what answers at {} does not speak S3; check AWS_ENDPOINT_URL", endpoint());
        return said(message, ErrorKind::InvalidData);
    }
    let part = |start: &str, end: &str| without_secrets(between(&text, start, end).unwrap_or_default().to_owned());
    let (code, status) = (part("<Code>", "</Code>"), part("status code: ", ":"));
    match code.as_str() {
        "NoSuchBucket" => {
            let bucket = Url::parse(base.as_str()).ok().and_then(|url| url.host_str().map(str::to_owned));
            let bucket = bucket.unwrap_or_default();
            said(
                format!("there is no bucket `{bucket}` at {}; check its name, AWS_ENDPOINT_URL and AWS_REGION", endpoint()),
                ErrorKind::NotFound,
            )
        }
        "PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException" => wrong_region(said),
        _ if text.contains("incorrectly configured region") || status.starts_with("301") => wrong_region(said),
        "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "InvalidToken" | "ExpiredToken" | "TokenRefreshRequired" => said(
            format!("the store does not accept the credentials ({code}); {HOW_TO_SIGN}"),
            ErrorKind::PermissionDenied,
        ),
        "RequestTimeTooSkewed" => {
            said("the store does not accept requests of this machine: its clock is wrong".to_owned(), ErrorKind::PermissionDenied)
        }
        _ if code == "AccessDenied" || status.starts_with("403") || status.starts_with("401") => said(
            "access denied; check that AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are right and may list and read the bucket"
                .to_owned(),
            ErrorKind::PermissionDenied,
        ),
        _ if matches!(error, object_store::Error::NotFound { .. }) => None,
        _ if !status.is_empty() => {
            let code = if code.is_empty() { String::new() } else { format!(" ({code})") };
            said(format!("the store answered {status}{code}; check AWS_ENDPOINT_URL and AWS_REGION"), ErrorKind::Other)
        }
        _ => said(reason(error), ErrorKind::Other),
    }
}

fn wrong_region(said: impl FnOnce(String, ErrorKind) -> Option<Error>) -> Option<Error> {
    said("the bucket is in another region; set AWS_REGION to it".to_owned(), ErrorKind::InvalidInput)
}

fn no_credentials(shown: &str) -> Error {
    Error::Io {
        path: shown.to_owned(),
        message: format!("there are no credentials; {HOW_TO_SIGN}"),
        kind: ErrorKind::PermissionDenied,
    }
}

/// The host that requests go to, without a password that its address may hold.
fn endpoint() -> String {
    let stated = |names: &[&str]| names.iter().filter_map(|name| env::var(name).ok()).find(|value| !value.is_empty());
    let address = stated(&["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"]);
    let address = address.and_then(|address| Url::parse(&address).ok());
    let host = address.as_ref().and_then(|url| Some((url.scheme(), url.host_str()?, url.port())));
    match host {
        Some((scheme, host, Some(port))) => format!("{scheme}://{host}:{port}"),
        Some((scheme, host, None)) => format!("{scheme}://{host}"),
        None => {
            let region = stated(&["AWS_REGION", "AWS_DEFAULT_REGION"]);
            format!("https://s3.{}.amazonaws.com", region.as_deref().unwrap_or("us-east-1"))
        }
    }
}

/// The cause of an error in few words. What is around it names requests, which are signed.
fn reason(error: &(dyn StdError + 'static)) -> String {
    without_secrets(clean(&innermost(error).to_string()))
}

/// No message of ours is made of credentials, but some are made of what others say.
fn without_secrets(mut text: String) -> String {
    for secret in SECRETS.into_iter().filter_map(|name| env::var(name).ok()) {
        if !secret.is_empty() && text.contains(&secret) {
            text = text.replace(&secret, "***");
        }
    }
    text
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let rest = &text[text.find(start)? + start.len()..];
    Some(rest[..rest.find(end)?].trim())
}
