//! Sizes of files as people write them.

/// Bytes of `1500000`, `512KB`, `2MB`, `1.5 MiB`.
///
/// # Errors
/// What is wrong with the text, for people.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u32 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "kib" => 1 << 10,
        "m" | "mb" => 1_000_000,
        "mib" => 1 << 20,
        "g" | "gb" => 1_000_000_000,
        "gib" => 1 << 30,
        _ => return Err(format!("`{}` is no unit of size; write bytes, KB, MB or GB", unit.trim())),
    };
    let number: f64 = number.parse().map_err(|_| "expected a number, as in 500000 or 2MB".to_owned())?;
    let bytes = (number * f64::from(factor)).round();
    // Offsets in a file are 32 bits wide.
    if !(1.0..=f64::from(u32::MAX)).contains(&bytes) {
        return Err("expected between 1 byte and 4 GB".to_owned());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was just checked")]
    Ok(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(parse_size("1500"), Ok(1500));
        assert_eq!(parse_size("2MB"), Ok(2_000_000));
        assert_eq!(parse_size("1.5 MiB"), Ok(1_572_864));
        for wrong in ["", "MB", "-1", "2XB", "1.2.3", "0", "9GB"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
