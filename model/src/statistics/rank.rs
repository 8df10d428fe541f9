//! Places, for those that have enough ratings: nine satisfied of nine is luck, and must
//! not stand above three hundred and fifty of four hundred.

use std::cmp::Ordering;

/// Places of `(halves, n)`, the best first, from 1; equal rates share a place and the
/// next one is left out. `None` for those with fewer than `least` ratings.
pub fn places(rated: &[(u64, u64)], least: u64) -> Vec<Option<usize>> {
    let is_in = |n: u64| n > 0 && n >= least;
    let place = |own: &(u64, u64)| {
        let better = rated
            .iter()
            .filter(|other| is_in(other.1) && compare(other, own) == Ordering::Greater);
        is_in(own.1).then(|| better.count() + 1)
    };
    rated.iter().map(place).collect()
}

/// Which of two rates is higher, without dividing.
fn compare(a: &(u64, u64), b: &(u64, u64)) -> Ordering {
    let cross = |halves: u64, n: u64| u128::from(halves) * u128::from(n);
    cross(a.0, b.1).cmp(&cross(b.0, a.1))
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn few_ratings_have_no_place() {
        let rated = [
            (18, 9),
            (700, 400),
            (2 * 30, 30),
            (350, 200),
            (10, 29),
            (0, 0),
        ];
        assert_eq!(
            places(&rated, 30),
            [None, Some(2), Some(1), Some(2), None, None]
        );
        assert_eq!(places(&[(0, 0), (0, 1)], 0), [None, Some(1)]);
        assert_eq!(
            places(&[(2, 2), (3, 2), (1, 2)], 1),
            [Some(2), Some(1), Some(3)]
        );
        // 1/3 and 2/6 are the same.
        assert_eq!(
            places(&[(2, 3), (4, 6), (1, 3)], 1),
            [Some(1), Some(1), Some(3)]
        );
    }
}
