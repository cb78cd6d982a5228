//! Measures a client that streams: `cpu`, `paced` or `many`, and the address of the server. Prints a line per number.
//!
//! A client is two functions: how to make it, and how to ask once, handing on each text. Everything runs on one thread, so that wake-ups of other threads are not measured. What is not whole is a panic.

use std::time::{SystemTime, UNIX_EPOCH};

use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage, setrlimit};

/// How many texts the answer of `bulk` and `each` has.
pub const CHUNKS: u64 = 20_000;
/// How many that of `paced` has.
pub const PACED: u64 = 2_000;
/// How many each answer of `many` has, and how many streams there are.
pub const MANY: u64 = 100;
/// How many streams are open at once.
pub const STREAMS: usize = 1_000;

const RUNS: usize = 9;

/// What a client saw of an answer.
pub enum Saw {
    /// It handed on each text; and whether usage came.
    Texts { used: bool },
    /// It looked at nothing; how many bytes came.
    Bytes(usize),
}

impl Saw {
    fn is_whole(&self, texts: u64, expected: u64) -> bool {
        match self {
            Self::Texts { used } => *used && texts == expected,
            Self::Bytes(bytes) => *bytes as u64 > expected * 200,
        }
    }
}

/// Runs what the arguments say.
pub fn run<C>(open: impl Fn(String) -> C, ask: impl AsyncFn(&C, &mut dyn FnMut(&str)) -> Saw) {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, most, most).unwrap();
    let [mode, url] = std::env::args().skip(1).collect::<Vec<_>>().try_into().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match mode.as_str() {
        "cpu" => {
            for path in ["bulk", "each"] {
                let client = open(format!("{url}/{path}"));
                println!("{path} {}", median(|| runtime.block_on(whole(&client, &ask))));
            }
            let client = open(format!("{url}/bulk"));
            runtime.block_on(whole(&client, &ask));
            let measured = allocation_counter::measure(|| runtime.block_on(whole(&client, &ask)));
            println!("allocations {}", measured.count_total as f64 / CHUNKS as f64);
        }
        "paced" => {
            let client = open(format!("{url}/paced"));
            let mut late = runtime.block_on(paced(&client, &ask));
            late.sort_unstable();
            for (name, percent) in [("p50", 50), ("p99", 99)] {
                if let Some(late) = late.get(late.len() * percent / 100) {
                    println!("{name} {}", *late as f64 / 1e3);
                }
            }
        }
        "many" => {
            let client = open(format!("{url}/many"));
            let before = memory();
            let whole = runtime.block_on(many(&client, &ask));
            println!("lost {}", STREAMS - whole);
            println!("memory {}", (memory() - before) as f64 / STREAMS as f64);
        }
        other => panic!("`cpu`, `paced` or `many`, not `{other}`"),
    }
}

async fn whole<C>(client: &C, ask: &impl AsyncFn(&C, &mut dyn FnMut(&str)) -> Saw) {
    let mut texts = 0;
    let saw = ask(client, &mut |_| texts += 1).await;
    assert!(saw.is_whole(texts, CHUNKS), "{texts} texts");
}

/// How long after its writing each text came, in nanoseconds. The first ones find a connection that is being opened.
async fn paced<C>(client: &C, ask: &impl AsyncFn(&C, &mut dyn FnMut(&str)) -> Saw) -> Vec<u64> {
    let mut late = Vec::new();
    let mut keep = |text: &str| {
        late.extend(text.trim().parse().map(|at: u64| now().saturating_sub(at)));
    };
    let saw = ask(client, &mut keep).await;
    assert!(saw.is_whole(late.len() as u64, PACED));
    late.split_off(late.len().min(100))
}

/// How many of many streams are whole.
async fn many<C>(client: &C, ask: &impl AsyncFn(&C, &mut dyn FnMut(&str)) -> Saw) -> usize {
    let one = async || {
        let mut texts = 0;
        let saw = ask(client, &mut |_| texts += 1).await;
        saw.is_whole(texts, MANY)
    };
    let whole = futures_util::future::join_all((0..STREAMS).map(|_| one())).await;
    whole.into_iter().filter(|whole| *whole).count()
}

/// The time of the machine, which the server puts into its texts.
pub fn now() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos()).unwrap()
}

/// The median time on the processor for a text, in nanoseconds, after a run that warms up.
fn median(mut run: impl FnMut()) -> f64 {
    run();
    let mut times: Vec<_> = (0..RUNS)
        .map(|_| {
            let start = cpu();
            run();
            cpu() - start
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2] as f64 * 1e3 / CHUNKS as f64
}

/// Time on the processor so far, in microseconds.
fn cpu() -> i64 {
    let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
    let (user, system) = (usage.user_time(), usage.system_time());
    (user.tv_sec() + system.tv_sec()) * 1_000_000 + user.tv_usec() + system.tv_usec()
}

/// The most memory so far, in kB.
fn memory() -> i64 {
    getrusage(UsageWho::RUSAGE_SELF).unwrap().max_rss()
}
