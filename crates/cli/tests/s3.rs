//! Files at `s3://` addresses: the bits and the messages of the local files, and what is said of a store that refuses.
//! `crates/cli/tests/run-s3` starts the server that this needs, and runs it.

mod common;
#[cfg(feature = "cluster")]
#[path = "common/processes.rs"]
mod processes;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use common::dartboard;

const BUCKET: &str = "s3://darts/";
/// The folder with the same files; as long a name, so that tables are as wide.
const FOLDER: &str = "darts-here/";
/// What must not be seen anywhere.
const SECRETS: [&str; 3] = ["KEY-ID-NOT-TO-BE-SEEN", "secret+not/to=be~seen", "token-not-to-be-seen"];

fn stated(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: crates/cli/tests/run-s3 runs these tests"))
}

/// A command that finds the server by the variables of AWS.
fn at_server(arguments: &[&str]) -> Command {
    let mut command = dartboard(arguments);
    command.current_dir(stated("DARTBOARD_S3_FILES"));
    command.env("AWS_ENDPOINT_URL", stated("DARTBOARD_S3_ENDPOINT")).env("AWS_ALLOW_HTTP", "true");
    let [key, secret, token] = SECRETS;
    command.env("AWS_ACCESS_KEY_ID", key).env("AWS_SECRET_ACCESS_KEY", secret).env("AWS_SESSION_TOKEN", token);
    command
}

/// Runs a command, and looks for secrets in what it says.
fn run(command: &mut Command) -> Output {
    let output = command.output().expect("the program starts");
    for text in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(text);
        assert!(SECRETS.iter().all(|secret| !text.contains(secret)), "{command:?}: {text}");
    }
    output
}

/// The output for `{}` being the bucket and for it being the folder has to be the same.
#[track_caller]
fn same(arguments: &[&str]) -> (Option<i32>, String, String) {
    let told = |root: &str| {
        let arguments: Vec<String> = arguments.iter().map(|argument| argument.replace("{}", root)).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = run(&mut at_server(&arguments));
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it is UTF-8").replace(root, "{}");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (stored, local) = (told(BUCKET), told(FOLDER));
    assert_eq!(stored, local, "{arguments:?}");
    stored
}

#[test]
fn scores_have_the_bits_of_local_files() {
    let houses = ["--truth", "price", "--pred", "p_linear"];
    for (files, more) in [
        (&["{}examples/house_prices.csv"][..], &["--worst", "3"][..]),
        (&["{}examples/house_prices.csv"], &["--where", "price > 200000", "--format", "json"]),
        (&["{}examples/house_prices.parquet"], &["--by", "bldg_type", "--format", "csv"]),
        (&["{}packed/house_prices.csv.gz"], &["--format", "csv"]),
        (&["{}packed/house_prices.csv"], &["--format", "csv"]),
        (&["{}lines/house_prices.jsonl"], &["--worst", "2", "--format", "json"]),
        (&["{}parts/part-*.csv"], &["--worst", "3"]),
        (&["{}parts/"], &["--format", "csv"]),
        (&["{}parts"], &["--format", "csv"]),
        (&["{}parts/part-2.csv", "{}parts/part-1.csv"], &["--worst", "3"]),
        (&["{}hive"], &["--by", "kind"]),
        (&["{}hive/kind=*/rows.csv"], &["--by", "kind", "--worst", "1"]),
        (&["{}odd names/"], &["--worst", "1", "--by", "größe"]),
        (&["{}odd names/größe=a%20b + c/x%2Fy (1).csv"], &["--format", "csv"]),
        (&["{}join/predictions.csv"], &["--truth-file", "{}join/truth.csv", "--on", "id", "--worst", "2"]),
    ] {
        let (code, text, errors) = same(&[&["score"], files, &houses, more].concat());
        assert_eq!((code, errors.as_str()), (Some(0), ""), "{files:?}");
        assert!(!text.is_empty());
    }
    for (file, arguments) in [
        ("spam_mail", &["--truth", "label", "--logits", "z_tfidf"][..]),
        ("digits", &["--truth", "label", "--logits", "z_mlp_*"]),
        ("rain", &["--truth", "rain", "--pred", "mu_tweedie", "--loss", "tweedie_deviance(1.5)"]),
    ] {
        for ending in ["csv", "parquet"] {
            let file = format!("{{}}examples/{file}.{ending}");
            let (code, ..) = same(&[&["score", &file], arguments, &["--format", "csv"]].concat());
            assert_eq!(code, Some(0), "{file}");
        }
    }
}

#[test]
fn other_commands_read_them_too() {
    for arguments in [
        &[
            "sql",
            "SELECT bldg_type, mse(price, p_linear) AS mse FROM '{}examples/house_prices.csv' GROUP BY bldg_type ORDER BY mse",
        ][..],
        &["sql", "SELECT count(*) AS n FROM '{}parts/part-*.csv' p JOIN '{}join/truth.csv' t ON p.id = t.id"],
        &["choose", "{}examples/house_prices.parquet", "--truth", "price", "--pred", "p_lgbm_l2"],
    ] {
        let (code, text, errors) = same(arguments);
        assert_eq!((code, errors.as_str()), (Some(0), ""), "{arguments:?}: {text}");
    }
}

#[test]
fn errors_are_those_of_local_files() {
    let score = ["--truth", "y", "--pred", "p"];
    for (files, says) in [
        (
            &["{}examples/house_price.csv"][..],
            "{}examples/house_price.csv: no such file or directory; did you mean `{}examples/house_prices.csv`?",
        ),
        (&["{}exmples/house_prices.csv"], "did you mean `{}examples`?"),
        (&["{}examples/q*.csv"], "{}examples/q*.csv: no file matches this pattern"),
        (&["{}examples"], "{}examples: the directory holds files of several formats (9 CSV, 9 Parquet)"),
        (&["{}parts/part-1.csv", "{}parts"], "{}parts/part-1.csv: the file is given twice"),
        (&["{}bad/value.csv"], "{}bad/value.csv: line 3 (data row 2), column `p`: 'unknown' is not a number"),
        (&["{}bad/empty.csv"], "{}bad/empty.csv: the file is empty (0 bytes)"),
        (&["{}bad/twice.csv"], "{}bad/twice.csv: the column name `y` stands 2 times"),
        (&["{}bad/cut.parquet"], "{}bad/cut.parquet: not a readable Parquet file"),
        (&["{}bad/cut.csv.gz"], "{}bad/cut.csv.gz: not a readable gzip file"),
        (&["{}parts/part-1.csv"], "--pred: no column `p`; columns: `id`"),
    ] {
        let (code, text, message) = same(&[&["score"], files, &score].concat());
        assert!(matches!(code, Some(1 | 2)) && text.is_empty(), "{files:?}: {text}");
        assert!(message.contains(says), "{files:?}: {message}");
    }
    let join =
        ["score", "{}join/predictions.csv", "--truth", "price", "--pred", "p_linear", "--on", "id", "--truth-file"];
    for (truth, says) in [
        ("{}join/trth.csv", "{}join/trth.csv: no such file or directory; did you mean `{}join/truth.csv`?"),
        ("{}join/few.csv", "{}join/predictions.csv: 870 of 879 predictions have no truth"),
    ] {
        let (_, _, message) = same(&[&join[..], &[truth]].concat());
        assert!(message.contains(says), "{message}");
    }
    let (_, _, message) = same(&["sql", "SELECT 1 FROM '{}examples/ran.csv'"]);
    assert!(message.contains("did you mean `{}examples/rain.csv`?"), "{message}");
}

/// A server that gives every request the same answer; without one it is silent.
fn answering(answer: Option<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let address = format!("http://{}", listener.local_addr().expect("it has an address"));
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            if let Some(answer) = &answer {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer.as_bytes());
            } else {
                open.push(stream);
            }
        }
    });
    address
}

/// The message of a command that must not get at a store, in good time.
fn refused(address: &str, change: impl FnOnce(&mut Command)) -> String {
    let started = Instant::now();
    let mut command = at_server(&["score", address, "--truth", "price", "--pred", "p_linear"]);
    change(&mut command);
    let output = run(&mut command);
    let message = String::from_utf8(output.stderr).expect("it is UTF-8");
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(output.stdout.is_empty() && message.starts_with(&format!("error: {address}: ")), "{message}");
    assert!(message.lines().count() == 1 && !message.contains("panicked"), "{message}");
    assert!(started.elapsed() < Duration::from_secs(15), "{message} took {:?}", started.elapsed());
    message
}

#[test]
fn what_is_missing_in_the_environment_is_named() {
    let file = "s3://darts/examples/house_prices.csv";
    let without_key = |command: &mut Command| {
        command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
        command.env("AWS_EC2_METADATA_DISABLED", "true");
    };
    let message = refused(file, without_key);
    assert!(message.contains("there are no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"), "{message}");
    for (name, value, says) in [
        ("AWS_SECRET_ACCESS_KEY", "", "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not"),
        ("AWS_ACCESS_KEY_ID", "", "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not"),
        (
            "AWS_SECRET_ACCESS_KEY",
            "secret+not/to=be~seen\n",
            "AWS_SECRET_ACCESS_KEY must be of plain visible characters",
        ),
        ("AWS_ALLOW_HTTP", "", "AWS_ALLOW_HTTP=true allows that"),
        ("AWS_ENDPOINT_URL", "localhost:9000", "AWS_ENDPOINT_URL must be an address"),
        ("AWS_ENDPOINT_URL", " http://localhost:9000", "AWS_ENDPOINT_URL must be an address"),
        ("AWS_REGION", "the moon", "AWS_REGION must be the name of a region"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9", "the store cannot be reached at http://127.0.0.1:9 ("),
        (
            "AWS_ENDPOINT_URL",
            "http://someone:token-not-to-be-seen@127.0.0.1:9",
            "cannot be reached at http://127.0.0.1:9 (",
        ),
        ("AWS_ENDPOINT_URL", "http://nowhere.invalid", "check AWS_ENDPOINT_URL and AWS_REGION"),
    ] {
        let message = refused(file, |command| {
            command.env(name, value);
        });
        assert!(message.contains(says), "{name}={value}: {message}");
    }
}

#[test]
fn what_a_store_refuses_is_said_in_our_words() {
    for address in ["s3://nowhere/x.csv", "s3://nowhere", "s3://nowhere/part-*.csv"] {
        let message = refused(address, |_| {});
        assert!(message.contains("there is no bucket `nowhere` at http://127.0.0.1:"), "{message}");
    }
    for address in ["s3://darts/examples/rain.csv", "s3://darts/parts/", "s3://darts/parts/part-*.csv"] {
        let message = refused(address, |command| {
            command.env("AWS_ENDPOINT_URL", stated("DARTBOARD_S3_CLOSED_ENDPOINT"));
        });
        assert!(message.contains("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"), "{message}");
    }
    for (status, code, says) in [
        ("403 Forbidden", "AccessDenied", "access denied; check that AWS_ACCESS_KEY_ID"),
        ("403 Forbidden", "SignatureDoesNotMatch", "does not accept the credentials (SignatureDoesNotMatch)"),
        ("400 Bad Request", "ExpiredToken", "does not accept the credentials (ExpiredToken)"),
        ("400 Bad Request", "AuthorizationHeaderMalformed", "the bucket is in another region; set AWS_REGION to it"),
        ("301 Moved Permanently", "PermanentRedirect", "the bucket is in another region; set AWS_REGION to it"),
        ("503 Slow Down", "SlowDown", "the store answered 503 Service Unavailable (SlowDown)"),
    ] {
        // Some servers say back what they were sent.
        let [key, secret, token] = SECRETS;
        let body = format!("<Error><Code>{code}</Code><Message>{key} {secret} {token}</Message></Error>");
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        let server = answering(Some(answer));
        let message = refused("s3://darts/parts/", |command| {
            command.env("AWS_ENDPOINT_URL", server);
        });
        assert!(message.contains(says), "{status} {code}: {message}");
    }
    let page = answering(Some("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello".to_owned()));
    let message = refused("s3://darts/parts/", |command| {
        command.env("AWS_ENDPOINT_URL", page);
    });
    assert!(message.contains("does not speak S3; check AWS_ENDPOINT_URL"), "{message}");
    let silent = answering(None);
    let message = refused("s3://darts/parts/", |command| {
        command.env("AWS_ENDPOINT_URL", silent);
    });
    assert!(message.contains("the store has not answered for 10 s; check AWS_ENDPOINT_URL"), "{message}");
}

#[test]
fn addresses_that_cannot_be_are_mistakes_on_the_command_line() {
    for (address, says) in [
        ("s3://", "cannot be the name of a bucket"),
        ("s3://some one/x.csv", "`some one` cannot be the name of a bucket"),
        ("gs://darts/x.csv", "only local files and s3:// addresses are read"),
    ] {
        let output = run(&mut at_server(&["score", address, "--truth", "price", "--pred", "p_linear"]));
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(says), "{message}");
    }
}

/// Executors find the store by variables of their own.
#[cfg(feature = "cluster")]
#[test]
fn a_cluster_reads_buckets() {
    use processes::Process;

    let scheduler = Process::scheduler(&[]);
    let mut knows = at_server(&["cluster", "executor", "--tasks", "1", "--scheduler", &scheduler.address]);
    let executor = Process::start(&mut knows);
    let query =
        ["score", "s3://darts/parts/", "--truth", "price", "--pred", "p_linear", "--worst", "2", "--format", "json"];
    let on_cluster = [&query[..], &["--cluster", &scheduler.address]].concat();
    let (here, there) = (run(&mut at_server(&query)), run(&mut at_server(&on_cluster)));
    assert!(here.status.success(), "{}", String::from_utf8_lossy(&here.stderr));
    assert_eq!(String::from_utf8_lossy(&there.stdout), String::from_utf8_lossy(&here.stdout));
    let parquet =
        ["sql", "SELECT count(*), mse(rain, p) FROM (SELECT *, 1.0 AS p FROM 's3://darts/examples/rain.parquet')"];
    let (here, there) = (
        run(&mut at_server(&parquet)),
        run(&mut at_server(&[&parquet[..], &["--cluster", &scheduler.address]].concat())),
    );
    assert!(here.status.success(), "{}", String::from_utf8_lossy(&here.stderr));
    assert_eq!(String::from_utf8_lossy(&there.stdout), String::from_utf8_lossy(&here.stdout));
    drop(executor);

    // Without them it cannot read what the client has seen.
    let without_credentials = |variable: &str, value: &str| {
        let mut lost = dartboard(&["cluster", "executor", "--tasks", "1", "--scheduler", &scheduler.address]);
        lost.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY").env(variable, value);
        let _executor = Process::start(&mut lost);
        let refused = run(&mut at_server(&on_cluster));
        assert_eq!(refused.status.code(), Some(1));
        String::from_utf8(refused.stderr).expect("it is UTF-8")
    };
    // It may ask the cloud that it is in, or not.
    for (variable, value) in [("AWS_METADATA_ENDPOINT", "http://127.0.0.1:1"), ("AWS_EC2_METADATA_DISABLED", "true")] {
        assert_eq!(
            without_credentials(variable, value),
            format!(
                "error: an executor of the cluster at {} has no credentials for the store; all of its machines need the variables AWS_* that you have\n",
                scheduler.address
            )
        );
    }
}
