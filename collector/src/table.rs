//! Tables as spreadsheets write them: a first line that names the columns, one row a
//! line, with commas, or with tabs as when cells are copied. What is wrong is named
//! with its line.

use std::fmt;

/// A column, in English and in Chinese.
pub type Column = [&'static str; 2];

/// What is wrong in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, where it is one cell.
    pub column: Option<&'static str>,
    /// Why, as a sentence.
    pub reason: String,
    /// The same in Chinese, for pages.
    pub chinese: String,
}

impl Fault {
    /// In a line as a whole.
    pub fn line(line: usize, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self {
            line,
            column: None,
            chinese: reason.clone(),
            reason,
        }
    }

    /// In one cell.
    pub fn cell(line: usize, column: &'static str, reason: impl Into<String>) -> Self {
        Self {
            column: Some(column),
            ..Self::line(line, reason)
        }
    }

    /// With the same in Chinese.
    pub fn or(self, chinese: impl Into<String>) -> Self {
        Self {
            chinese: chinese.into(),
            ..self
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// One row: its line, and the cells of the columns that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<const N: usize> {
    /// The line, counted from 1.
    pub line: usize,
    /// The cells, without spaces around them.
    pub cells: [String; N],
}

/// Reads the `columns`, whatever their order and whatever stands beside them. A line
/// without anything in it is none; one with too few or too many cells is a fault, and
/// the others are read all the same.
///
/// # Errors
/// Where there is no table at all: not UTF-8, or a column is missing.
pub fn read<const N: usize>(
    bytes: &[u8],
    columns: [Column; N],
) -> Result<(Vec<Row<N>>, Vec<Fault>), Fault> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        let reason = "the file is not UTF-8; save it as “CSV UTF-8”";
        let chinese = "文件不是 UTF-8 编码，请另存为“CSV UTF-8”";
        return Err(Fault::line(1, reason).or(chinese));
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().map(|(n, line)| (n + 1, line));
    let first = lines.next().map_or("", |(_, line)| line);
    let between = if first.contains('\t') { '\t' } else { ',' };
    let head = cells(first, between);
    let mut places = [0; N];
    for (place, names) in places.iter_mut().zip(columns) {
        let found = head
            .iter()
            .position(|cell| names.contains(&cell.to_lowercase().as_str()));
        let Some(found) = found else {
            let [english, chinese] = [0, 1].map(|n| columns.map(|names| names[n]).join(","));
            let reason = format!("the first line must name the columns: {english}");
            let chinese = format!("第一行须写明各列：{chinese}");
            return Err(Fault::line(1, reason).or(chinese));
        };
        *place = found;
    }
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for (line, text) in lines {
        if text.trim_matches([',', ' ', '\t']).is_empty() {
            continue;
        }
        let mut cells = cells(text, between);
        let (found, wanted) = (cells.len(), head.len());
        if found == wanted {
            let cells = places.map(|place| std::mem::take(&mut cells[place]));
            rows.push(Row { line, cells });
        } else {
            let reason = format!("{found} cells, and the first line has {wanted}");
            let chinese = format!("有 {found} 格，第一行有 {wanted} 格");
            faults.push(Fault::line(line, reason).or(chinese));
        }
    }
    Ok((rows, faults))
}

/// The cells of one line, without the quotes that spreadsheets put around some.
pub(crate) fn cells(line: &str, between: char) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let cell = cells.len() - 1;
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cells[cell].push('"');
            }
            '"' => quoted = !quoted,
            letter if letter == between && !quoted => cells.push(String::new()),
            letter => cells[cell].push(letter),
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// What was written, so far as it fits into a sentence.
pub fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::{Row, read};

    const COLUMNS: [super::Column; 2] = [["code", "编码"], ["name", "名称"]];

    #[test]
    fn a_table_is_read_as_saved_and_as_copied() {
        let row = |line, code: &str, name: &str| Row {
            line,
            cells: [code.to_owned(), name.to_owned()],
        };
        let wanted = vec![row(2, "a", "枫林所"), row(4, "b", "x, \"y\"")];
        for text in [
            "\u{feff}code,name\r\na,枫林所\r\n,\r\nb,\"x, \"\"y\"\"\"\r\n",
            "名称\tnote\t编码\n枫林所\t\t a \n\t\t\n\"x, \"\"y\"\"\"\t1\tb\n",
        ] {
            assert_eq!(read(text.as_bytes(), COLUMNS), Ok((wanted.clone(), vec![])));
        }
    }

    #[test]
    fn what_is_no_table_is_named() {
        let said = |bytes: &[u8]| match read(bytes, COLUMNS) {
            Ok((_, faults)) => faults.iter().map(ToString::to_string).collect(),
            Err(fault) => vec![fault.to_string()],
        };
        assert_eq!(
            said(b"\xb1\xe0,\xc2\xeb"),
            ["line 1: the file is not UTF-8; save it as “CSV UTF-8”"]
        );
        assert_eq!(
            said(b"code,title\na,b\n"),
            ["line 1: the first line must name the columns: code,name"]
        );
        assert_eq!(
            said(b"code,name\na,b,c\nd,e\nf\n"),
            [
                "line 2: 3 cells, and the first line has 2",
                "line 4: 1 cells, and the first line has 2"
            ]
        );
    }
}
