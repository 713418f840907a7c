//! `millbook sandbox`: a stand-in Xero on a port of this machine.
//!
//! `millbook sandbox --seed demo-nz,demo-uk --tier core` serves two demo companies on port 4010.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use xero_sandbox::AppTier;
use xero_sandbox::door::limit::{Mode, Sizes};
use xero_sandbox::door::{Clock, Sandbox, SeedName};
use xero_sandbox::server::{Server, load_state};

use crate::said::say;

/// Serve a stand-in Xero for tests and demonstrations. Nothing in it is real.
#[derive(clap::Args)]
pub struct Arguments {
    /// The port; 0 takes a free one.
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// The address to listen on. Whoever reaches it controls the sandbox.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Organisations to start with: demo-nz, demo-uk, demo-us (several by comma), or a saved state's file.
    #[arg(long, default_value = "demo-nz", value_delimiter = ',')]
    seed: Vec<String>,
    /// Load the state from this file if it is there; save it there on stopping and when the control asks.
    #[arg(long)]
    state: Option<PathBuf>,
    /// What the apps' owner pays for: starter, core, plus, advanced, enterprise.
    #[arg(long, value_parser = tier)]
    tier: Option<AppTier>,
    /// Whether calls over the limits are refused.
    #[arg(long, value_enum)]
    limits: Option<Limits>,
    /// `real`, or a moment such as 2026-10-01T00:00:00Z at which the clock stands until the control moves it.
    #[arg(long, value_parser = clock)]
    clock: Option<Clock>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Limits {
    Real,
    Off,
}

fn tier(word: &str) -> Result<AppTier, String> {
    AppTier::named(word).ok_or_else(|| "one of starter, core, plus, advanced, enterprise".to_owned())
}

fn clock(word: &str) -> Result<Clock, String> {
    if word == "real" {
        return Ok(Clock::Moved(0));
    }
    let moment = word.parse().map_err(|e| format!("`real` or a moment such as 2026-10-01T00:00:00Z: {e}"))?;
    Ok(Clock::Standing(moment))
}

/// Why it can't serve: the program's exit code and a text.
pub struct Refusal(pub i32, pub String);

/// Serves until it is told to stop.
pub fn run(arguments: &Arguments) -> Result<(), Refusal> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|e| Refusal(3, format!("no runtime: {e}")))?;
    runtime.block_on(serve(arguments))
}

async fn serve(arguments: &Arguments) -> Result<(), Refusal> {
    let now = jiff::Timestamp::now();
    let mut sandbox = match &arguments.state {
        Some(file) if file.exists() => load(file)?,
        _ => from_seed(&arguments.seed, arguments.clock.map_or(now, |c| c.at(now)))?,
    };
    if let Some(tier) = arguments.tier {
        sandbox.set_tier(tier);
    }
    match arguments.limits {
        Some(Limits::Off) => sandbox.set_limits(Mode::Off, Sizes::default()),
        Some(Limits::Real) => sandbox.set_limits(Mode::Real, Sizes::default()),
        None => {}
    }
    if let Some(clock) = arguments.clock {
        sandbox.set_clock(clock);
    }
    let organisations: Vec<String> =
        sandbox.orgs().iter().map(|o| format!("  {}  {}", o.id(), o.name())).collect();
    let address = SocketAddr::new(arguments.host, arguments.port);
    let server = Server::bind(address, sandbox, arguments.state.clone()).await;
    let server =
        server.map_err(|e| Refusal(3, format!("can't listen on {address}: {e}. Try another --port.")))?;
    let address = server.address().map_err(|e| Refusal(3, e.to_string()))?;
    say(format!("Stand-in Xero on http://{address}/  (stop with Ctrl-C)"));
    let organisations = organisations.join("\n");
    say(format!("client sandbox-client, secret sandbox-secret; organisations:\n{organisations}"));
    server.run(told_to_stop()).await.map_err(|e| Refusal(3, format!("the state wasn't saved: {e}")))
}

fn load(file: &Path) -> Result<Sandbox, Refusal> {
    let read = load_state(file).map_err(|e| Refusal(3, format!("can't read {}: {e}", file.display())))?;
    read.map_err(|e| Refusal(4, format!("{}: {e}", file.display())))
}

fn from_seed(words: &[String], now: jiff::Timestamp) -> Result<Sandbox, Refusal> {
    if let [word] = words
        && SeedName::named(word).is_none()
    {
        if Path::new(word).exists() {
            return load(Path::new(word));
        }
        let text = format!("--seed {word}: neither demo-nz, demo-uk, demo-us nor a file that is there.");
        return Err(Refusal(2, text));
    }
    let names: Option<Vec<SeedName>> = words.iter().map(|w| SeedName::named(w)).collect();
    let names =
        names.ok_or_else(|| Refusal(2, "--seed: several seeds are demo-nz, demo-uk, demo-us.".into()))?;
    // Other tokens at each start, so that one of an earlier run isn't taken for a new one; the same organisations.
    let mut sandbox = Sandbox::seeded(&names, 1, now);
    sandbox.reseed_tokens(now.as_nanosecond().unsigned_abs() as u64);
    Ok(sandbox)
}

/// Ends when the process is told to stop: Ctrl-C, SIGTERM.
#[cfg(unix)]
pub async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}

#[cfg(not(unix))]
pub async fn told_to_stop() {
    let _ = tokio::signal::ctrl_c().await;
}
