//! Figures against slow paths that share nothing with the fast ones.
#![expect(
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "a test that cannot go on has failed; its numbers are small"
)]

use manyi_model::statistics::{Formula, Levels, interval, rank, suppress};
use proptest::collection::vec;
use proptest::prelude::*;

fn levels() -> impl Strategy<Value = Levels> {
    let count = || prop_oneof![0_u64..4, 0_u64..60, 0_u64..100_000];
    (count(), count(), count()).prop_map(|(satisfied, basically, dissatisfied)| Levels {
        satisfied,
        basically,
        dissatisfied,
    })
}

/// Long division as taught at school: digit by digit, then one more digit to round.
fn by_hand(top: u64, bottom: u64) -> u64 {
    let (mut rest, mut digits) = (top % bottom, top / bottom);
    for _ in 0..4 {
        rest *= 10;
        digits = digits * 10 + rest / bottom;
        rest %= bottom;
    }
    if rest * 10 / bottom >= 5 {
        digits + 1
    } else {
        digits
    }
}

/// The ends of Wilson's interval by looking for them: the shares from which `p` is just
/// as far away as chance allows.
fn by_search(p: f64, n: f64) -> (f64, f64) {
    let is_far = |share: f64| {
        (p - share).powi(2) > 1.959_963_984_540_054_f64.powi(2) * share * (1.0 - share) / n
    };
    let search = |mut far: f64, mut near: f64| {
        for _ in 0..200 {
            let middle = f64::midpoint(far, near);
            if is_far(middle) {
                far = middle;
            } else {
                near = middle;
            }
        }
        near
    };
    (search(0.0, p), search(1.0, p))
}

proptest! {
    #[test]
    fn rates_are_those_of_long_division(levels in levels()) {
        let (s, b, d) = (levels.satisfied, levels.basically, levels.dissatisfied);
        let n = s + b + d;
        let tops = [2 * s, 2 * s + b, 2 * s + 2 * b];
        for (formula, top) in Formula::ALL.into_iter().zip(tops) {
            let rate = formula.rate(levels);
            prop_assert_eq!(rate.is_none(), n == 0);
            if let Some(rate) = rate {
                prop_assert_eq!(u64::from(rate.0), by_hand(top, 2 * n));
            }
        }
        let rates = Formula::ALL.map(|formula| formula.rate(levels));
        prop_assert!(rates.is_sorted(), "the strictest formula gives the lowest rate");
    }

    #[test]
    fn intervals_are_where_a_search_finds_them(levels in levels()) {
        let n = levels.n();
        prop_assume!(n > 0);
        for formula in Formula::ALL {
            let halves = formula.halves(levels);
            let found = interval::wilson(halves, n).expect("n is above 0");
            let (low, high) = by_search(halves as f64 / (2 * n) as f64, n as f64);
            let near = |end: f64, said: u32| (end * 10_000.0 - f64::from(said)).abs() < 0.500_001;
            prop_assert!(near(low, found.low.0) && near(high, found.high.0), "{found:?} {low} {high}");
            let rate = formula.rate(levels).expect("n is above 0");
            prop_assert!(found.low <= rate && rate <= found.high);
        }
    }

    #[test]
    fn a_change_is_said_the_same_both_ways(a in levels(), b in levels()) {
        for formula in Formula::ALL {
            let (a, b) = ((formula.halves(a), a.n()), (formula.halves(b), b.n()));
            let (there, back) = (interval::difference(a, b), interval::difference(b, a));
            prop_assert_eq!(there.is_none(), a.1 == 0 || b.1 == 0);
            let (Some(there), Some(back)) = (there, back) else { continue };
            prop_assert_eq!(there.by, -back.by);
            prop_assert_eq!(there.is_more_than_noise, back.is_more_than_noise);
            prop_assert!(there.low <= there.by && there.by <= there.high);
            if there.is_more_than_noise {
                prop_assert!(there.low >= 0 || there.high <= 0);
                prop_assert_ne!(a.0 * b.1, b.0 * a.1, "the rates differ");
            }
        }
    }

    #[test]
    fn places_are_those_of_sorted_fractions(rated in vec((0_u64..40, 0_u64..20), 0..8), least in 0_u64..6) {
        let rated: Vec<(u64, u64)> = rated.into_iter().map(|(h, n)| (h.min(2 * n), n)).collect();
        let places = rank::places(&rated, least);
        for (n, place) in places.iter().enumerate() {
            let (halves, of) = rated[n];
            prop_assert_eq!(place.is_some(), of > 0 && of >= least);
            let better = rated.iter().filter(|(h, m)| {
                *m > 0 && *m >= least && of > 0 && *h as f64 / *m as f64 > halves as f64 / of as f64 + 1e-9
            });
            prop_assert!(place.is_none_or(|place| place == better.count() + 1));
        }
    }

    #[test]
    fn nobody_can_compute_a_hidden_cell(
        cells in prop_oneof![vec(vec(0_u64..7, 3), 1..4), vec(vec(0_u64..6, 2), 2..5)],
        least in 2_u64..5,
    ) {
        let Some(hidden) = suppress::hidden(&cells, least) else {
            // It was tried: with every cell hidden a small one is still told.
            let all = vec![vec![true; cells[0].len()]; cells.len()];
            let possible = possible(&cells, &all);
            prop_assert!(places(&cells).any(|at| is_told(&cells, &possible, at, least)));
            return Ok(());
        };
        let possible = possible(&cells, &hidden);
        for at @ (row, column) in places(&cells) {
            let count = cells[row][column];
            if !hidden[row][column] {
                prop_assert!(count == 0 || count >= least, "a small count is published");
                continue;
            }
            let values = possible.iter().map(|table| table[row][column]);
            let range = (values.clone().min().unwrap_or(0), values.max().unwrap_or(0));
            prop_assert_eq!(suppress::range(&cells, &hidden, at), range);
            prop_assert!(!is_told(&cells, &possible, at, least));
        }
    }
}

fn places(cells: &[Vec<u64>]) -> impl Iterator<Item = (usize, usize)> + use<> {
    let columns = cells[0].len();
    (0..cells.len()).flat_map(move |row| (0..columns).map(move |column| (row, column)))
}

fn is_told(cells: &[Vec<u64>], possible: &[Vec<Vec<u64>>], at: (usize, usize), least: u64) -> bool {
    let count = cells[at.0][at.1];
    let can_be = |value: u64| possible.iter().any(|table| table[at.0][at.1] == value);
    let is_small = (1..least).contains(&count);
    let is_open = possible.iter().any(|table| table[at.0][at.1] != count);
    !is_open || (is_small && !(1..least).all(can_be))
}

/// Every table of counts that has the same totals and the same published cells.
fn possible(cells: &[Vec<u64>], hidden: &[Vec<bool>]) -> Vec<Vec<Vec<u64>>> {
    let columns: Vec<u64> = (0..cells[0].len())
        .map(|column| cells.iter().map(|row| row[column]).sum())
        .collect();
    let mut found = Vec::new();
    fill(cells, hidden, &mut Vec::new(), columns, &mut found);
    found
}

fn fill(
    cells: &[Vec<u64>],
    hidden: &[Vec<bool>],
    done: &mut Vec<Vec<u64>>,
    left: Vec<u64>,
    found: &mut Vec<Vec<Vec<u64>>>,
) {
    let row = done.len();
    if row == cells.len() {
        if left.iter().all(|left| *left == 0) {
            found.push(done.clone());
        }
        return;
    }
    let total: u64 = cells[row].iter().sum();
    for line in lines(&cells[row], &hidden[row], total) {
        if line.iter().zip(&left).all(|(count, left)| count <= left) {
            let rest = left.iter().zip(&line).map(|(left, count)| left - count);
            let rest = rest.collect();
            done.push(line);
            fill(cells, hidden, done, rest, found);
            done.pop();
        }
    }
}

/// Every way to fill a row that has this total.
fn lines(cells: &[u64], hidden: &[bool], total: u64) -> Vec<Vec<u64>> {
    let Some((first, rest)) = cells.split_first() else {
        return if total == 0 {
            vec![Vec::new()]
        } else {
            Vec::new()
        };
    };
    let values = if hidden[0] {
        0..=total
    } else {
        *first..=*first
    };
    let mut all = Vec::new();
    for value in values.filter(|value| *value <= total) {
        for line in lines(rest, &hidden[1..], total - value) {
            all.push([vec![value], line].concat());
        }
    }
    all
}
