//! What a run of a program took, as the system counts it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    /// Of all threads, where the system tells it.
    pub(crate) cpu: Option<Duration>,
    /// The highest resident memory in bytes, where the system tells it.
    pub(crate) peak: Option<u64>,
}

/// Runs a program and watches it; what it prints is dropped.
pub(crate) fn watched(binary: &Path, args: &[&str], root: &Path) -> Cost {
    let started = Instant::now();
    let mut command = Command::new(binary);
    command.args(args).arg(root).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the binary runs");
    let folder = format!("/proc/{}", child.id());
    let mut peak = None;
    // One that has ended is not asked for its code yet: until then the system keeps what it counted.
    while let Some(text) = fs::read_to_string(format!("{folder}/status")).ok().filter(|text| !has_ended(text))
    {
        peak = peak_of(&text).max(peak);
        sleep(Duration::from_millis(1));
    }
    let cpu = cpu_of(&folder);
    child.wait().expect("a child to wait for");
    Cost { wall: started.elapsed(), cpu, peak }
}

fn has_ended(status: &str) -> bool {
    field(status, "State:").is_some_and(|state| state == "Z" || state == "X")
}

/// The system keeps the highest resident memory for as long as the process lives.
fn peak_of(status: &str) -> Option<u64> {
    Some(field(status, "VmHWM:")?.parse::<u64>().ok()? * 1024)
}

/// The first word after a key at the start of a line.
fn field<'a>(status: &'a str, key: &str) -> Option<&'a str> {
    status.lines().find_map(|line| line.strip_prefix(key))?.split_whitespace().next()
}

/// User and system time of all threads, in hundredths of a second: a Linux kernel's unit for this on every machine.
fn cpu_of(folder: &str) -> Option<Duration> {
    let text = fs::read_to_string(format!("{folder}/stat")).ok()?;
    // The name in parentheses may hold spaces. Of what follows, the 12th and 13th are the two times.
    let mut fields = text.rsplit(')').next()?.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some(Duration::from_millis((ticks()? + ticks()?) * 10))
}
