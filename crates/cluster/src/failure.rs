//! How a cluster fails, in words for whoever asked.
//!
//! What went wrong in a task reaches the client as a text: errors of three programs in the notation of Rust's `Debug`, one
//! around the other. The innermost says what happened.

use dartboard_tables::aggregate::wire::VERSION;
use dartboard_tables::error::Error;
use datafusion::error::DataFusionError;
use thiserror::Error as ThisError;

/// Why a scheduler or executor does not run.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum ClusterError {
    /// An address or a number makes no sense.
    #[error("{0}")]
    Usage(String),
    /// The machine or the network is at fault.
    #[error("{0}")]
    Machine(String),
}

/// An error of this toolkit as one of the engine, which [`Error::from_engine`] finds again.
pub(crate) fn external(message: String) -> DataFusionError {
    DataFusionError::External(Box::new(Error::Data(message)))
}

/// What a failed query says, without the layers that it came through. `scheduler` is where it was sent.
pub(crate) fn explain(scheduler: &str, error: &DataFusionError) -> DataFusionError {
    let text = error.to_string();
    let text = text.trim_start_matches("Execution error: ").trim();
    if let Some((_, task)) = text.split_once("runtime execution error: ") {
        return of_task(scheduler, task);
    }
    // The scheduler or an executor could not make sense of the plan.
    if let Some((_, rest)) = text.split_once(VERSIONS.0)
        && let Some((between, _)) = rest.split_once(VERSIONS.1)
    {
        return external(format!("{}{between}{}", VERSIONS.0, VERSIONS.1));
    }
    if let Some(refusal) = of_store(scheduler, text) {
        return external(refusal);
    }
    let has = |sign: &&str| text.contains(*sign);
    if has(&"all executors were lost") {
        return external(format!(
            "the cluster at {scheduler} lost all of its executors while the query ran, and none came back: there is no result; start executors and ask again"
        ));
    }
    if has(&"rejected by executor") {
        return external(format!(
            "an executor of the cluster at {scheduler} does not understand the query, which its log explains: client, scheduler and executors must be of one version, this is dartboard {}",
            VERSION
        ));
    }
    if ["transport", "Stream closed", "h2 protocol", "Unavailable", "GrpcConnectionError", "FetchFailed"]
        .iter()
        .any(has)
    {
        return external(format!(
            "the cluster at {scheduler} stopped before the query was done: there is no result; ask again once it runs ({})",
            innermost(text).1
        ));
    }
    // What else comes over the network has headers around it.
    let text =
        if text.contains("Status { code: ") { between(text, "message: \"", "\", ").unwrap_or(text) } else { text };
    external(format!("the cluster at {scheduler}: {text}"))
}

/// What begins and ends the sentence that [`dartboard_tables::aggregate::wire::from_bytes`] says of versions.
const VERSIONS: (&str, &str) = ("the query was made by dartboard", "must be of one version");

/// What a task failed with, as the engine would have said it here.
fn of_task(scheduler: &str, task: &str) -> DataFusionError {
    if let Some(refusal) = of_store(scheduler, task) {
        return external(refusal);
    }
    let (kind, message) = innermost(task);
    let of_system = message.split_once(" (os error ").map(|(before, _)| before.rsplit(": ").next().unwrap_or(before));
    if message.contains("os error 28)") {
        return external(format!(
            "an executor of the cluster at {scheduler} has no space left on the disk for results of tasks and what does not fit into memory: there is no result; `--directory` of executors chooses another"
        ));
    }
    if message.contains("max_temp_directory_size") {
        let limit =
            message.split_once("limit of ").and_then(|(_, rest)| rest.split_once(". ")).map_or("", |(limit, _)| limit);
        return external(format!(
            "an executor of the cluster at {scheduler} reached its --disk-limit ({limit}) with what does not fit into memory: there is no result"
        ));
    }
    if let Some((path, why)) = unreadable(&message).zip(of_system) {
        return cannot_read(scheduler, path, why);
    }
    if task.contains("source: Os {")
        && let (Some((_, path)), Some((_, why))) = (task.split_once("path: \""), task.split_once("message: \""))
    {
        return cannot_read(scheduler, &unescaped(path), &unescaped(why));
    }
    match kind {
        "Plan" => DataFusionError::Plan(message),
        "ResourcesExhausted" => DataFusionError::ResourcesExhausted(message),
        _ => DataFusionError::Execution(message),
    }
}

fn cannot_read(scheduler: &str, path: &str, why: &str) -> DataFusionError {
    external(format!(
        "{path}: an executor of the cluster at {scheduler} cannot read it: {}; all of its machines need the files under these names",
        why.to_lowercase()
    ))
}

/// What is said where objects could not be read, if that is what a task failed with. An error of a store names requests and
/// what was answered to them, which is for no one else to see.
fn of_store(scheduler: &str, task: &str) -> Option<String> {
    let executor = format!("an executor of the cluster at {scheduler}");
    let hint = "all of its machines need the variables AWS_* that you have";
    // Where no credentials are stated a machine is asked for those that it has as one of a cloud.
    if ["there are no credentials", "/latest/api/token", "/latest/meta-data/"].iter().any(|sign| task.contains(sign)) {
        return Some(format!("{executor} has no credentials for the store; {hint}"));
    }
    // As `Debug` and as `Display` write it.
    let signs = ["store: \"S3\"", "RetryErrorImpl {", "Generic S3 error", "Error performing "];
    let request = signs.iter().find_map(|sign| task.split_once(sign))?.1;
    let status = between(request, "Status { status: ", ",").or_else(|| between(request, "non-2xx status code: ", " "));
    let Some(status) = status else {
        return Some(format!("{executor} cannot reach the store; {hint}"));
    };
    let code = between(request, "<Code>", "</Code>").map_or_else(String::new, |code| format!(" {code}"));
    Some(match status.trim_end_matches(':') {
        "404" => format!("{executor} does not find in the store what the query reads (404{code})"),
        status => format!("{executor} was refused by the store ({status}{code}); {hint}"),
    })
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(found, _)| found)
}

/// The file that could not be read, if that is what a message is about.
fn unreadable(message: &str) -> Option<&str> {
    [("Unable to open file ", ": "), ("Object at location ", " not found"), ("Unable to access metadata for ", ": ")]
        .into_iter()
        .find_map(|(before, after)| {
            let rest = message.split_once(before)?.1;
            rest.split_once(after).map(|(path, _)| path)
        })
}

/// The innermost error of a text such as `Shared(Execution("it \"fell\""))`: what it is called and what it says.
fn innermost(text: &str) -> (&str, String) {
    let name_before = |end: usize| {
        let start = text[..end].rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + 1);
        &text[start..end]
    };
    if let Some(open) = text.rfind("(\"") {
        return (name_before(open), unescaped(&text[open + 2..]));
    }
    let Some(open) = text.rfind('(') else { return ("", text.to_owned()) };
    let said = text[open + 1..].split(')').next().unwrap_or_default();
    let is_name = said.chars().all(char::is_alphanumeric);
    (name_before(open), if is_name { in_words(said) } else { said.to_owned() })
}

/// The text of a Rust string literal up to its closing quote.
fn unescaped(literal: &str) -> String {
    let mut text = String::new();
    let mut letters = literal.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => match letters.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('r') => text.push('\r'),
                Some('u') => {
                    let code: String = letters.by_ref().take_while(|c| *c != '}').filter(|c| *c != '{').collect();
                    text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                }
                Some(other) => text.push(other),
                None => {}
            },
            other => text.push(other),
        }
    }
    text
}

/// `DivideByZero` as `divide by zero`.
fn in_words(name: &str) -> String {
    let mut words = String::new();
    for (at, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && at > 0 && !words.ends_with(' ') {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        Error::from_engine(&explain("h:1", &DataFusionError::Execution(text.to_owned()))).to_string()
    }

    const TASK: &str = "Job 03 failed: Job failed due to stage 1 failed: Task failed due to runtime execution error: ";

    #[test]
    fn a_task_says_what_the_engine_would_have_said_here() {
        let invalid = "DataFusionError(Shared(External(DataFusionError(Execution(\"bce: the prediction must be in [0, 1], not 1.5\")))))\n";
        assert_eq!(said(&format!("{TASK}{invalid}")), "bce: the prediction must be in [0, 1], not 1.5");
        let zero = "DataFusionError(Shared(External(ArrowError(DivideByZero))))";
        assert_eq!(said(&format!("{TASK}{zero}")), "divide by zero");
        let quoted = r#"DataFusionError(Execution("a \"b\"\\ (c)\u{fc}"))"#;
        assert_eq!(said(&format!("{TASK}{quoted}")), "a \"b\"\\ (c)ü");
        let memory = explain("h:1", &DataFusionError::Execution(format!("{TASK}Shared(ResourcesExhausted(\"no\"))")));
        assert!(matches!(memory, DataFusionError::ResourcesExhausted(_)));
        let plan = explain("h:1", &DataFusionError::Execution(format!("{TASK}Shared(Plan(\"no\"))")));
        assert!(matches!(plan, DataFusionError::Plan(_)));
    }

    #[test]
    fn files_and_disks_are_named() {
        let denied = "DataFusionError(Shared(ParquetError(General(\"Failed to fetch metadata for file t/x.parquet: Object Store error: Generic LocalFileSystem error: Unable to open file /t/x.parquet: Permission denied (os error 13)\"))))";
        assert_eq!(
            said(&format!("{TASK}{denied}")),
            "/t/x.parquet: an executor of the cluster at h:1 cannot read it: permission denied; all of its machines need the files under these names"
        );
        let missing = r#"DataFusionError(Shared(ObjectStore(NotFound { path: "/t/My file.csv", source: Os { code: 2, kind: NotFound, message: "No such file or directory" } })))"#;
        assert_eq!(
            said(&format!("{TASK}{missing}")),
            "/t/My file.csv: an executor of the cluster at h:1 cannot read it: no such file or directory; all of its machines need the files under these names"
        );
        let denied = r#"DataFusionError(ObjectStore(Generic { store: "LocalFileSystem", source: UnableToOpenFile { source: Os { code: 13, kind: PermissionDenied, message: "Permission denied" }, path: "/t/Secret.csv" } }))"#;
        assert!(
            said(&format!("{TASK}{denied}"))
                .starts_with("/t/Secret.csv: an executor of the cluster at h:1 cannot read it: permission denied;")
        );
        let full = "DataFusionError(ArrowError(IoError(\"No space left on device (os error 28)\", Os { code: 28 })))";
        assert!(said(&format!("{TASK}{full}")).contains("no space left on the disk"));
    }

    #[test]
    fn stores_refuse_in_few_words() {
        let store = |inner: &str| {
            let shared = format!("DataFusionError(Shared(External(DataFusionError(ObjectStore({inner})))))");
            said(&format!("{TASK}{shared}"))
        };
        let request = |uri: &str, inner: &str| {
            store(&format!(
                "Generic {{ store: \"S3\", source: RetryError(RetryErrorImpl {{ method: GET, uri: Some({uri}), retries: 0, inner: {inner} }}) }}"
            ))
        };
        let hint = "; all of its machines need the variables AWS_* that you have";
        let status = "Status { status: 403, body: Some(\"<Error><Code>AccessDenied</Code></Error>\") }";
        assert_eq!(
            request("http://h/bucket/a?X-Amz-Credential=k", status),
            format!("an executor of the cluster at h:1 was refused by the store (403 AccessDenied){hint}")
        );
        let shown = "General(\"Failed to fetch metadata for file a.parquet: Object Store error: Generic S3 error: Error performing GET http://h/b/a in 1ms - Server returned non-2xx status code: 403 Forbidden: <Error><Code>InvalidAccessKeyId</Code><AWSAccessKeyId>AKIA</AWSAccessKeyId></Error>\")";
        assert_eq!(
            said(&format!("{TASK}{shown}")),
            format!("an executor of the cluster at h:1 was refused by the store (403 InvalidAccessKeyId){hint}")
        );
        assert_eq!(
            request("http://h/bucket/a", "Status { status: 404, body: None }"),
            "an executor of the cluster at h:1 does not find in the store what the query reads (404)"
        );
        let none = format!("an executor of the cluster at h:1 has no credentials for the store{hint}");
        assert_eq!(request("http://169.254.169.254/latest/api/token", status), none);
        assert_eq!(said(&format!("{TASK}Io {{ message: \"there are no credentials; set\" }}")), none);
        let connect = "Http(HttpError { kind: Connect, source: Error })";
        assert_eq!(
            request("http://h/bucket/a", connect),
            format!("an executor of the cluster at h:1 cannot reach the store{hint}")
        );
    }

    #[test]
    fn versions_are_said_as_they_are() {
        let message = "Status { code: Internal, message: \"Could not parse: Execution error: the query was made by dartboard 0.2.0 and reached dartboard 0.1.0: client, scheduler and executors must be of one version\" }";
        assert_eq!(
            said(message),
            "the query was made by dartboard 0.2.0 and reached dartboard 0.1.0: client, scheduler and executors must be of one version"
        );
    }

    #[test]
    fn any_text_has_an_explanation() {
        let reversed = format!("{} {}", VERSIONS.1, VERSIONS.0);
        for text in [
            &reversed,
            "",
            "(",
            "(\"",
            "\\",
            "runtime execution error: ",
            "runtime execution error: (\"\\",
            "ü(\"\\u{zz",
        ] {
            said(text);
        }
    }
}
