//! Numbers with their units, as people read them.

use std::time::Duration;

/// `500 ms`, `1.5 s`, `5 s`, `2 min`.
pub(crate) fn duration(d: Duration) -> String {
    let ms = d.as_millis();
    match ms {
        0..1000 => format!("{ms} ms"),
        1000..120_000 if ms.is_multiple_of(1000) => format!("{} s", ms / 1000),
        1000..120_000 => format!("{:.1} s", d.as_secs_f64()),
        _ => format!("{} min", ms / 60_000),
    }
}

/// `640 ns`, `13.2 µs`, `1.0 s`.
pub(crate) fn nanos(ns: u64) -> String {
    let ns = ns as f64;
    match ns {
        _ if ns < 1e3 => format!("{ns} ns"),
        _ if ns < 1e6 => format!("{:.1} µs", ns / 1e3),
        _ if ns < 1e9 => format!("{:.1} ms", ns / 1e6),
        _ => format!("{:.2} s", ns / 1e9),
    }
}

/// `512 B`, `41 MiB`, `1.5 GiB`.
pub(crate) fn bytes(n: u64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    let mut value = n as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let digits = usize::from(value < 10.0 && value.fract() > 0.05);
    format!("{value:.digits$} {}", UNITS[unit])
}

/// Minutes and seconds as on a clock: `0:07`, `62:30`.
pub(crate) fn clock(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// A day as `2026-11-22`, in UTC; empty when it lies outside of what a calendar has.
pub(crate) fn day(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|t| t.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}

/// An instant as `2026-11-22 14:03:11 UTC`; empty when it lies outside of what a calendar has.
pub(crate) fn instant(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map(|t| t.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let d = |ms| duration(Duration::from_millis(ms));
        assert_eq!(
            [d(0), d(999), d(1500), d(5000), d(600_000)],
            ["0 ms", "999 ms", "1.5 s", "5 s", "10 min"]
        );
        assert_eq!(
            [bytes(512), bytes(41 << 20), bytes(3 << 29), bytes(256 << 20)],
            ["512 B", "41 MiB", "1.5 GiB", "256 MiB"]
        );
        assert_eq!([clock(7), clock(3750)], ["0:07", "62:30"]);
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(
            [nanos(0), nanos(999), nanos(13_200), nanos(2_500_000), nanos(1_000_000_000)],
            ["0 ns", "999 ns", "13.2 µs", "2.5 ms", "1.00 s"]
        );
        assert_eq!(instant(0), "1970-01-01 00:00:00 UTC");
    }
}
