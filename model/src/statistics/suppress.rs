//! Which cells of a table must not leave the house.
//!
//! A count from 1 to `least` - 1 may point at a person and is hidden. With the totals of
//! rows and columns published one could compute it all the same, so more cells are
//! hidden, until the totals say no more of a small count than the rule itself does:
//! everything from 1 to `least` - 1 stays possible. No hidden cell can be computed.

/// Counts in rows of equal length.
pub type Cells<'a> = &'a [Vec<u64>];

/// Which cells to hide where the totals of all rows and columns are published; `None`
/// where even hiding every cell is not enough, so that the totals must not be published
/// beside each other either.
pub fn hidden(cells: Cells<'_>, least: u64) -> Option<Vec<Vec<bool>>> {
    let is_small = |count: &u64| (1..least).contains(count);
    let mut hidden: Vec<Vec<bool>> = cells
        .iter()
        .map(|row| row.iter().map(is_small).collect())
        .collect();
    while let Some(at) = told(cells, &hidden, least) {
        let (row, column) = next(cells, &hidden, at)?;
        hidden[row][column] = true;
    }
    Some(hidden)
}

/// Which rows to pool into one, so that none with fewer than `least` stands alone: the
/// small ones, and the next larger ones until the pool itself is large enough. Rows of
/// nobody are not pooled: there is nobody to find.
pub fn pooled(totals: &[u64], least: u64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..totals.len()).filter(|n| totals[*n] > 0).collect();
    order.sort_by_key(|n| (totals[*n], *n));
    let mut pool = vec![false; totals.len()];
    let mut sum = 0;
    for n in order {
        if totals[n] >= least && (sum == 0 || sum >= least) {
            break;
        }
        pool[n] = true;
        sum += totals[n];
    }
    pool
}

/// The least and the most that a hidden cell can be, as far as the published cells and
/// totals tell.
pub fn range(cells: Cells<'_>, hidden: &[Vec<bool>], at: (usize, usize)) -> (u64, u64) {
    let count = cells[at.0][at.1];
    let rows = cells.len();
    let (row, column) = (at.0, rows + at.1);
    let less = flow(cells, hidden, at, (row, column), count);
    let total: u64 = cells[at.0].iter().sum();
    let more = flow(cells, hidden, at, (column, row), total);
    (count - less, count + more)
}

/// The first hidden cell of which the totals tell too much.
fn told(cells: Cells<'_>, hidden: &[Vec<bool>], least: u64) -> Option<(usize, usize)> {
    let places = (0..cells.len()).flat_map(|row| (0..cells[row].len()).map(move |c| (row, c)));
    places
        .filter(|(row, column)| hidden[*row][*column])
        .find(|at| {
            let count = cells[at.0][at.1];
            let (low, high) = range(cells, hidden, *at);
            let is_small = (1..least).contains(&count);
            low == high || (is_small && (low > 1 || high + 1 < least))
        })
}

/// The next cell to hide for the sake of `at`. Alone in its row or column a hidden cell
/// is their totals' difference: where one is alone it gets company, best by a cell that
/// is company in both. Else it is the smallest in the row or column of `at`, where fewer
/// are hidden. Zeros last, since they give nothing away.
fn next(cells: Cells<'_>, hidden: &[Vec<bool>], at: (usize, usize)) -> Option<(usize, usize)> {
    let columns = cells[at.0].len();
    let row = |row: usize| (0..columns).map(move |column| (row, column));
    let column = |column: usize| (0..cells.len()).map(move |row| (row, column));
    let is_hidden = |(row, column): &(usize, usize)| hidden[*row][*column];
    let in_row = |r: usize| row(r).filter(is_hidden).count();
    let in_column = |c: usize| column(c).filter(is_hidden).count();
    let alone = (0..cells.len())
        .find(|r| in_row(*r) == 1)
        .map(|r| row(r).collect::<Vec<_>>())
        .or_else(|| {
            let alone = (0..columns).find(|c| in_column(*c) == 1)?;
            Some(column(alone).collect())
        });
    let all = (0..cells.len()).flat_map(row).collect();
    let (across, down) = (row(at.0).collect(), column(at.1).collect());
    let lines: [Vec<(usize, usize)>; 4] = if in_row(at.0) <= in_column(at.1) {
        [alone.unwrap_or_default(), across, down, all]
    } else {
        [alone.unwrap_or_default(), down, across, all]
    };
    lines.iter().find_map(|places| {
        let open = places.iter().filter(|place| !is_hidden(place));
        let company = |(r, c): (usize, usize)| in_row(r).min(1) + in_column(c).min(1);
        open.min_by_key(|place| {
            let count = cells[place.0][place.1];
            (2 - company(**place), count == 0, count)
        })
        .copied()
    })
}

/// How much can be moved around a ring of hidden cells that begins and ends at `at`, at
/// most `wanted`: the largest flow between its row and its column. Rows and columns are
/// the nodes; a hidden cell lets anything through from its row to its column (it grows),
/// and as much as it counts the other way (it shrinks).
fn flow(
    cells: Cells<'_>,
    hidden: &[Vec<bool>],
    at: (usize, usize),
    (from, to): (usize, usize),
    wanted: u64,
) -> u64 {
    let rows = cells.len();
    let nodes = rows + cells.first().map_or(0, Vec::len);
    let mut room = vec![vec![0_u64; nodes]; nodes];
    for (r, row) in cells.iter().enumerate() {
        for (c, count) in row.iter().enumerate() {
            if hidden[r][c] && (r, c) != at {
                room[r][rows + c] = u64::MAX / 4;
                room[rows + c][r] = *count;
            }
        }
    }
    let mut moved = 0;
    while moved < wanted {
        let Some(path) = path(&room, from, to) else {
            break;
        };
        let steps = || path.windows(2).map(|step| (step[0], step[1]));
        let tightest = steps().map(|(a, b)| room[a][b]).min().unwrap_or(0);
        let part = tightest.min(wanted - moved);
        for (a, b) in steps() {
            room[a][b] -= part;
            room[b][a] += part;
        }
        moved += part;
    }
    moved
}

/// A shortest way with room on it.
fn path(room: &[Vec<u64>], from: usize, to: usize) -> Option<Vec<usize>> {
    let mut before = vec![None; room.len()];
    let mut waiting = std::collections::VecDeque::from([from]);
    while let Some(node) = waiting.pop_front() {
        for next in 0..room.len() {
            if next != from && before[next].is_none() && room[node][next] > 0 {
                before[next] = Some(node);
                waiting.push_back(next);
            }
        }
    }
    let mut path = vec![to];
    while let Some(node) = before[*path.last()?] {
        path.push(node);
    }
    path.reverse();
    (path.len() > 1).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::{hidden, pooled, range};

    #[test]
    fn one_small_count_takes_three_others_with_it() {
        let cells = [vec![90, 8, 2], vec![70, 20, 10], vec![50, 7, 9]];
        let found = hidden(&cells, 5).expect("it can be published");
        assert_eq!(
            found,
            [
                vec![false, true, true],
                vec![false, false, false],
                vec![false, true, true]
            ]
        );
        assert_eq!(range(&cells, &found, (0, 2)), (0, 10));
        let safe = [vec![90, 8, 0], vec![70, 20, 10]];
        assert_eq!(hidden(&safe, 5), Some(vec![vec![false; 3]; 2]));
    }

    #[test]
    fn what_cannot_be_hidden_is_not_published() {
        assert_eq!(hidden(&[vec![3, 0, 0]], 5), None);
        assert_eq!(
            hidden(&[vec![100, 40, 2]], 5),
            None,
            "its columns are its totals"
        );
        assert_eq!(hidden(&[], 5), Some(Vec::new()));
    }

    #[test]
    fn small_rows_are_pooled_until_the_pool_is_large() {
        assert_eq!(
            pooled(&[40, 3, 0, 20, 1], 5),
            [false, true, false, true, true]
        );
        assert_eq!(pooled(&[40, 3, 2], 5), [false, true, true]);
        assert_eq!(pooled(&[40, 30], 5), [false, false]);
        assert_eq!(pooled(&[2], 5), [true]);
        assert_eq!(pooled(&[], 5), Vec::<bool>::new());
    }
}
