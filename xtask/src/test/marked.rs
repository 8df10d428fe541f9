//! Running a step so that nothing of it stays behind.
//!
//! Drivers start browsers in process groups of their own, so killing a group
//! is not enough. Every process of a step inherits a mark in its environment;
//! after the step, whatever still carries the mark is killed.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};

use super::tally::Tally;
use crate::command::shown;
use crate::failure::{Failure, OrFail, Outcome};

/// No step takes longer, cold, on two cores.
pub const LIMIT: Duration = Duration::from_secs(40 * 60);

const MARK: &str = "MANYI_TEST_STEP";

/// Whether somebody asked us to end.
static ENDING: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Turns Ctrl-C and `kill` into an orderly end.
pub fn listen() -> Outcome {
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&ENDING))
            .or_fail(|| "Cannot listen to Ctrl-C".into())?;
    }
    Ok(())
}

/// Runs a command to its end; fails when it does.
pub fn check(command: &mut Command) -> Outcome {
    let line = shown(command);
    let (status, _) = run(command, LIMIT)?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("To see it alone, run: {line}")))
    }
}

/// Runs a command that prints test results, and counts them.
pub fn tests(command: &mut Command) -> Outcome<Tally> {
    tests_within(LIMIT, command)
}

/// The same with a limit of its own.
pub fn tests_within(limit: Duration, command: &mut Command) -> Outcome<Tally> {
    let (status, tally) = run(command, limit)?;
    Ok(tally.judged(status.success()))
}

fn run(command: &mut Command, limit: Duration) -> Outcome<(ExitStatus, Tally)> {
    static STEPS: AtomicU32 = AtomicU32::new(0);
    let mark = format!(
        "{}-{}",
        std::process::id(),
        STEPS.fetch_add(1, Ordering::Relaxed)
    );
    let line = shown(command);
    println!("   {line}");
    let mut child = command
        .env(MARK, &mark)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .or_fail(|| format!("`{line}` does not start"))?;
    let counted = child
        .stdout
        .take()
        .map(|out| std::thread::spawn(move || count(BufReader::new(out))));
    let ended = wait(&mut child, &line, limit);
    sweep(&mark);
    let tally = counted
        .and_then(|thread| thread.join().ok())
        .unwrap_or_default();
    Ok((ended?, tally))
}

fn count(out: impl BufRead) -> Tally {
    let mut tally = Tally::default();
    // By bytes: a browser's log may be anything but UTF-8.
    for line in out.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        if let Some(more) = Tally::of_line(&line) {
            tally += more;
        }
    }
    tally
}

fn wait(child: &mut Child, line: &str, limit: Duration) -> Outcome<ExitStatus> {
    let start = Instant::now();
    loop {
        if let Some(status) = child
            .try_wait()
            .or_fail(|| format!("Cannot wait for `{line}`"))?
        {
            return Ok(status);
        }
        let asked = ENDING.load(Ordering::Relaxed);
        if asked || start.elapsed() > limit {
            let _ = child.kill();
            let _ = child.wait();
            let why = if asked {
                "was interrupted".to_owned()
            } else {
                format!("took longer than {} minutes", limit.as_secs() / 60)
            };
            return Err(Failure::new(format!("`{line}` {why}.")));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Whether the remaining steps should be left out.
pub fn ending() -> bool {
    ENDING.load(Ordering::Relaxed)
}

/// Kills what still carries the mark. A process that is just becoming another program
/// shows no environment: it is looked for again. Only Linux shows it in its file
/// system; elsewhere the drivers have to end their browsers.
fn sweep(mark: &str) {
    for _ in 0..3 {
        sweep_once(mark);
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn sweep_once(mark: &str) {
    let entry = format!("{MARK}={mark}");
    let ours = |pid: &String| {
        fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environment| {
            environment
                .split(|byte| *byte == 0)
                .any(|pair| pair == entry.as_bytes())
        })
    };
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids: Vec<String> = processes
        .filter_map(|process| process.file_name().into_string().ok())
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .filter(ours)
        .collect();
    if !pids.is_empty() {
        let kill = format!("kill -KILL {} 2>/dev/null", pids.join(" "));
        let _ = Command::new("sh").args(["-c", &kill]).status();
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn counts_what_it_hands_on() -> Outcome {
        let mut command = Command::new("printf");
        command.arg(
            "test result: ok. 2 passed; 0 failed; x\ntest result: ok. 3 passed; 0 failed; x\n",
        );
        assert_eq!(
            tests(&mut command)?,
            Tally {
                passed: 5,
                failed: 0
            }
        );
        Ok(())
    }

    #[test]
    fn a_process_left_behind_in_a_group_of_its_own_is_killed() -> Outcome {
        let note = std::env::temp_dir().join(format!("manyi-left-behind-{}", std::process::id()));
        let script = format!(
            "setsid sleep 300 >/dev/null 2>&1 & echo $! > {}",
            note.display()
        );
        check(Command::new("sh").args(["-c", &script]))?;
        let pid = fs::read_to_string(&note).or_fail(|| "note".into())?;
        let _ = fs::remove_file(&note);
        let start = Instant::now();
        // Killed, but perhaps not yet buried by whoever inherited it.
        let gone = || {
            let status =
                fs::read_to_string(format!("/proc/{}/status", pid.trim())).unwrap_or_default();
            status.is_empty() || status.contains("State:\tZ")
        };
        while !gone() {
            assert!(
                start.elapsed() < Duration::from_secs(20),
                "process {pid} still runs"
            );
            std::thread::yield_now();
        }
        Ok(())
    }

    #[test]
    fn a_step_that_fails_says_how_to_run_it_alone() {
        let said =
            check(Command::new("sh").args(["-c", "exit 3"])).map_err(|failure| failure.to_string());
        assert_eq!(said, Err("To see it alone, run: sh -c 'exit 3'".to_owned()));
    }
}
