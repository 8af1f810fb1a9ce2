//! A scheduler and executors as processes of their own, on this machine: the same bits as one process, whatever dies.

#![allow(clippy::unwrap_used)]

mod common;
#[path = "common/processes.rs"]
mod processes;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use common::{DARTBOARD, dartboard, run};
use processes::{Cluster, Process};
use serde_json::Value;

/// Two cores are enough for one cluster at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// After this a query of many rows has tasks that are done, tasks that run and tasks that wait.
const WELL_UNDER_WAY: Duration = Duration::from_secs(3);

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A report with all digits.
fn report(output: &Output) -> Value {
    serde_json::from_str(&out(output)).unwrap()
}

/// 20 million rows in 16 files, of four contents, with values over 26 decades.
fn many_rows() -> PathBuf {
    static MADE: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        for content in 0..4 {
            let file = |copy: usize| folder.path().join(format!("part-{copy}{content}.parquet"));
            let query = format!(
                "SELECT value AS id, CAST(value % 97 AS INT) AS segment, 0.5 + abs(sin(value * 7.0)) AS weight,
                 sin(value * 1.0) * exp(value % 61 - 30) AS y, sin(value * 1.0001) * exp(value % 61 - 30) AS p, cos(value * 1.0) * 3 AS q
                 FROM generate_series({}, {})",
                content * 1_250_000 + 1,
                (content + 1) * 1_250_000,
            );
            out(&run(&["sql", &query, "--output", file(0).to_str().unwrap()]));
            for copy in 1..4 {
                fs::hard_link(file(0), file(copy)).unwrap();
            }
        }
        folder
    });
    MADE.path().to_owned()
}

const MANY: [&str; 13] = [
    "--truth",
    "y",
    "--pred",
    "p,q",
    "--weight",
    "weight",
    "--loss",
    "mse,mae,log_cosh,huber",
    "--by",
    "segment",
    "--no-skill",
    "--format",
    "json",
];

fn query_of_many(folder: &Path) -> Vec<&str> {
    [&["score", folder.to_str().unwrap()], &MANY[..]].concat()
}

/// What one process says of them.
fn one_process() -> &'static Value {
    static SAID: LazyLock<Value> = LazyLock::new(|| {
        let folder = many_rows();
        let said = report(&run(&query_of_many(&folder)));
        assert_eq!(said["read"]["rows"], 20_000_000);
        said
    });
    &SAID
}

#[test]
fn many_files_have_the_same_bits_and_so_they_do_when_an_executor_dies() {
    let _alone = alone();
    let folder = many_rows();
    let expected = one_process();
    let mut cluster = Cluster::start();
    let started = Instant::now();
    assert_eq!(&report(&cluster.run(&query_of_many(&folder))), expected);
    let undisturbed = started.elapsed();

    // In the first stage, while files are read.
    let running = cluster.begin(&query_of_many(&folder));
    std::thread::sleep(undisturbed / 3);
    cluster.executors[0].kill();
    assert_eq!(&report(&running.wait_with_output().unwrap()), expected);
}

#[test]
fn everything_of_score_and_sql_is_the_same() {
    let _alone = alone();
    let cluster = Cluster::start();
    let example = |name: &str| format!("examples/{name}");
    let (houses, flights, digits, spam) =
        (example("house_prices.csv"), example("late_flights.csv"), example("digits.parquet"), example("spam_mail.csv"));
    let folder = tempfile::tempdir().unwrap();
    let truth = folder.path().join("truth.csv");
    let numbered = format!("SELECT row_number() OVER (ORDER BY price, p_linear) AS row, * FROM '{houses}'");
    let rows = folder.path().join("rows.parquet");
    out(&run(&["sql", &numbered, "--output", rows.to_str().unwrap()]));
    out(&run(&["sql", &format!("SELECT row, price FROM ({numbered})"), "--output", truth.to_str().unwrap()]));
    let (truth, rows) = (truth.to_str().unwrap(), rows.to_str().unwrap());
    let queries: Vec<Vec<&str>> = vec![
        vec![&houses, "--truth", "price", "--pred", "p_linear,p_lgbm_l2", "--worst", "5", "--decompose"],
        vec![
            &houses,
            "--truth",
            "price",
            "--pred",
            "p_*",
            "--where",
            "price > 100000",
            "--loss",
            "huber(20000),mape,rmse",
        ],
        vec![rows, "--truth-file", truth, "--on", "row", "--truth", "price", "--pred", "p_linear", "--worst", "3"],
        vec![&flights, "--truth", "late", "--pred", "mu_lgbm,mu_glm", "--loss", "poisson_deviance"],
        vec![&spam, "--truth", "label", "--pred", "p_*", "--label-smoothing", "0.1", "--loss", "bce"],
        vec![&digits, "--truth", "label", "--logits", "z_mlp_*", "--by", "label"],
    ];
    for query in queries {
        let query = [&["score"], &query[..], &["--format", "json"]].concat();
        let here = run(&query);
        if !here.status.success() {
            panic!("{query:?}: {}", String::from_utf8_lossy(&here.stderr));
        }
        assert_eq!(report(&cluster.run(&query)), report(&here), "{query:?}");
    }
    for sql in [
        format!(
            "SELECT mse(price, p_linear), huber(price, p_linear, 20000), mse(price, p_linear, price), count(*) FROM '{houses}'"
        ),
        format!(
            "SELECT price > 200000 AS dear, mae(price, p_linear) AS mae FROM '{houses}' GROUP BY dear ORDER BY dear"
        ),
        format!("SELECT * FROM '{houses}' ORDER BY price, p_linear LIMIT 7"),
    ] {
        for format in ["csv", "table"] {
            let query = ["sql", &sql, "--format", format];
            assert_eq!(out(&cluster.run(&query)), out(&run(&query)), "{sql}");
        }
    }
    let sql = format!("SELECT price, p_linear FROM '{houses}' ORDER BY price, p_linear");
    let [there, here] = ["there.csv", "here.csv"].map(|name| folder.path().join(name));
    out(&cluster.run(&["sql", &sql, "--output", there.to_str().unwrap()]));
    out(&run(&["sql", &sql, "--output", here.to_str().unwrap()]));
    assert_eq!(fs::read_to_string(there).unwrap(), fs::read_to_string(here).unwrap());
}

#[test]
fn mistakes_are_said_as_on_one_machine() {
    let _alone = alone();
    let cluster = Cluster::start();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let outside = file("outside.csv", "y,p\n1,0.5\n0,1.5\n");
    let late = file("late.csv", &format!("y,p\n{}0,abc\n", "1,0.5\n".repeat(3000)));
    for arguments in [
        vec!["score", &outside, "--truth", "y", "--pred", "p", "--loss", "bce"],
        vec!["score", &late, "--truth", "y", "--pred", "p", "--loss", "mse"],
        vec!["score", &outside, "--truth", "y", "--pred", "pp"],
        vec!["score", "no_such.csv", "--truth", "y", "--pred", "p"],
        vec!["sql", &format!("SELECT bce(y, p) FROM '{outside}'")],
        vec!["sql", &format!("SELECT quantile(y, p, 7.0) FROM '{outside}'")],
    ] {
        let (here, there) = (run(&arguments), cluster.run(&arguments));
        assert_eq!(String::from_utf8_lossy(&there.stderr), String::from_utf8_lossy(&here.stderr), "{arguments:?}");
        assert_eq!(there.status.code(), here.status.code(), "{arguments:?}");
    }
    let piped = cluster.run(&["score", "-", "--truth", "y", "--pred", "p"]);
    assert_eq!(piped.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&piped.stderr).contains("not standard input"));
    for wrong in ["localhost", "host:0", "http://h:1"] {
        let refused = run(&["sql", "SELECT 1", "--cluster", wrong]);
        assert_eq!(refused.status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn a_scheduler_that_is_not_there_or_dies_or_has_no_executors_is_named() {
    let _alone = alone();
    let nobody = complaint(&run(&["sql", "SELECT 1", "--cluster", "127.0.0.1:1"]));
    assert!(nobody.contains("no scheduler can be reached at 127.0.0.1:1: connection refused"), "{nobody}");

    let mut alone = Process::scheduler(&[]);
    let lonely = complaint(&run(&["sql", "SELECT 1", "--cluster", &alone.address]));
    assert!(lonely.contains("has no executors"), "{lonely}");
    let taken = alone.address.rsplit_once(':').unwrap().1;
    let taken = complaint(&run(&["cluster", "scheduler", "--port", taken]));
    assert!(taken.contains("cannot be listened at: address already in use"), "{taken}");
    let address = alone.address.clone();
    alone.kill();
    let dead = complaint(&run(&["cluster", "executor", "--scheduler", &address]));
    assert!(dead.contains("no scheduler can be reached at"), "{dead}");

    let folder = many_rows();
    let mut cluster = Cluster::start();
    let running = cluster.begin(&query_of_many(&folder));
    std::thread::sleep(WELL_UNDER_WAY);
    cluster.executors.iter_mut().for_each(Process::kill);
    let lost = complaint(&running.wait_with_output().unwrap());
    assert!(lost.contains("lost all of its executors"), "{lost}");
    // Asked again, once there are executors, it has the right answer.
    cluster.executors = (0..2).map(|_| Process::executor(&cluster.scheduler.address, &[])).collect();
    assert_eq!(&report(&cluster.run(&query_of_many(&folder))), one_process());
    let running = cluster.begin(&query_of_many(&folder));
    std::thread::sleep(WELL_UNDER_WAY);
    cluster.scheduler.kill();
    let stopped = complaint(&running.wait_with_output().unwrap());
    assert!(stopped.contains("stopped before the query was done"), "{stopped}");
}

/// Whether this process may mount and become another user.
fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

#[test]
fn a_file_that_executors_cannot_read_is_named() {
    let _alone = alone();
    if !is_root() {
        eprintln!("not tried: only root can start executors of another user");
        return;
    }
    let scheduler = Process::scheduler(&[]);
    // Where another user reaches it.
    let shared = tempfile::tempdir_in("/tmp").unwrap();
    fs::set_permissions(shared.path(), Permissions::from_mode(0o777)).unwrap();
    let program = shared.path().join("dartboard");
    fs::copy(DARTBOARD, &program).unwrap();
    let mut other = Command::new("setpriv");
    other.args(["--reuid=65534", "--clear-groups"]).arg(&program);
    other.args(["cluster", "executor", "--scheduler", &scheduler.address, "--directory"]).arg(shared.path());
    let _executor = Process::start(&mut other);
    let secret = shared.path().join("secret.parquet");
    out(&run(&["sql", "SELECT 1.0 AS y, 2.0 AS p", "--output", secret.to_str().unwrap()]));
    fs::set_permissions(&secret, Permissions::from_mode(0o600)).unwrap();
    let query = ["score", secret.to_str().unwrap(), "--truth", "y", "--pred", "p", "--cluster", &scheduler.address];
    let refused = complaint(&run(&query));
    assert!(refused.contains("secret.parquet: an executor of the cluster at"), "{refused}");
    assert!(refused.contains("cannot read it: permission denied"), "{refused}");
}

/// A file system of a given size; unmounted when dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(folder.path());
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        mounted.then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

/// Sorts five million rows, which is more than what the limits below leave.
const SORTING: &str = "SELECT sum(y * r), sum(p * r) FROM (SELECT y, p, row_number() OVER (ORDER BY q) AS r FROM 'FOLDER/part-0*.parquet')";

#[test]
fn limits_of_the_disk_are_said() {
    let _alone = alone();
    let scheduler = Process::scheduler(&[]);
    let query = SORTING.replace("FOLDER", many_rows().to_str().unwrap());
    let query = ["sql", &query, "--format", "csv", "--cluster", &scheduler.address];
    {
        let limits = ["--memory-limit", "256MiB", "--disk-limit", "1MiB"];
        let _executor = Process::executor(&scheduler.address, &limits);
        let short = complaint(&run(&query));
        assert!(short.contains("reached its --disk-limit (1024.0 KB)"), "{short}");
    }
    let Some(disk) = SmallDisk::new("8m") else {
        eprintln!("not tried: no file system can be mounted here");
        return;
    };
    let scheduler = Process::scheduler(&[]);
    let _executor = Process::executor(&scheduler.address, &["--directory", disk.0.path().to_str().unwrap()]);
    let query = [&query[..4], &["--cluster", &scheduler.address]].concat();
    let full = complaint(&run(&query));
    assert!(full.contains("no space left on the disk"), "{full}");
}

/// Two hosts that reach this one and, through it, each other; gone when dropped.
struct Hosts([&'static str; 2]);

impl Hosts {
    /// `None` where this machine lets nobody make hosts.
    fn new() -> Option<Self> {
        let hosts = Self(["dartboard-a", "dartboard-b"]);
        let commands = |number: usize, name: &str| {
            [
                format!("ip netns add {name}"),
                format!("ip link add {name} type veth peer name eth0 netns {name}"),
                format!("ip addr add 10.213.{number}.1/24 dev {name}"),
                format!("ip link set {name} up"),
                format!("ip -n {name} addr add 10.213.{number}.2/24 dev eth0"),
                format!("ip -n {name} link set eth0 up"),
                format!("ip -n {name} link set lo up"),
                format!("ip -n {name} route add default via 10.213.{number}.1"),
            ]
        };
        let all = hosts.0.iter().enumerate().flat_map(|(number, name)| commands(number + 1, name));
        let made = all.collect::<Vec<_>>().iter().all(|command| quietly(command));
        (made && fs::write("/proc/sys/net/ipv4/ip_forward", "1").is_ok()).then_some(hosts)
    }

    /// An executor on one of them.
    fn executor(&self, number: usize, port: &str) -> Process {
        let [here, there] = [1, 2].map(|end| format!("10.213.{}.{end}", number + 1));
        let mut command = Command::new("ip");
        command.args(["netns", "exec", self.0[number], DARTBOARD, "cluster", "executor", "--tasks", "1"]);
        Process::start(command.args(["--scheduler", &format!("{here}:{port}"), "--bind", &there]))
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        self.0.iter().for_each(|name| {
            quietly(&format!("ip link del {name}"));
            quietly(&format!("ip netns del {name}"));
        });
    }
}

/// Whether a command succeeds.
fn quietly(command: &str) -> bool {
    let mut words = command.split(' ');
    let mut command = Command::new(words.next().unwrap());
    command.args(words).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

#[test]
fn a_link_that_is_cut_changes_no_bit() {
    let _alone = alone();
    let Some(hosts) = Hosts::new() else {
        eprintln!("not tried: no network namespaces can be made here");
        return;
    };
    let folder = many_rows();
    let options = ["--bind", "0.0.0.0", "--host", "10.213.1.1"];
    let mut scheduler = Process::scheduler(&options);
    let port = scheduler.address.rsplit_once(':').unwrap().1.to_owned();
    scheduler.address = format!("10.213.1.1:{port}");
    let executors = [0, 1].map(|number| hosts.executor(number, &port)).into();
    let cluster = Cluster { executors, scheduler };
    let running = cluster.begin(&query_of_many(&folder));
    std::thread::sleep(WELL_UNDER_WAY);
    assert!(quietly(&format!("ip link set {} down", hosts.0[0])));
    assert_eq!(&report(&running.wait_with_output().unwrap()), one_process());
    drop(cluster);
}

#[test]
fn an_executor_needs_memory() {
    let output = dartboard(&["cluster", "executor", "--tasks", "3", "--memory-limit", "1MiB"]).output();
    let output = output.expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: the memory limit must be at least 24 MiB: 8 MiB for each of the tasks that run at a time, here 3\n"
    );
}

#[test]
fn an_executor_says_what_it_cannot_do() {
    let scheduler = Process::scheduler(&[]);
    let taken = scheduler.address.rsplit_once(':').unwrap().1;
    let at = ["cluster", "executor", "--scheduler", &scheduler.address];
    for (options, code, said) in [
        (["--port", taken].as_slice(), 1, "cannot be listened at: address already in use"),
        (&["--task-port", taken], 1, "cannot be listened at: address already in use"),
        (&["--bind", "0.0.0.0"], 2, "--host must say under which name others reach this machine"),
        (&["--tasks", "5000"], 2, "5000 is not in 1..=4096"),
    ] {
        let output = run(&[&at[..], options].concat());
        assert_eq!(output.status.code(), Some(code), "{options:?}");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(complaint.contains(said), "{options:?}: {complaint}");
    }
}
