//! Patterns of accounts.

/// Whether a pattern matches some texts and not others.
pub(super) fn singles_out(pattern: &str) -> bool {
    pattern.contains(['*', '?']) && pattern.contains(|c| c != '*')
}

/// Whether a pattern matches some accounts and not others.
pub(super) fn may_be_account(pattern: &str) -> bool {
    let digits = pattern.bytes().filter(|byte| *byte != b'*');
    let known = |byte: u8| byte.is_ascii_digit() || byte == b'?';
    singles_out(pattern)
        && digits.clone().all(known)
        && (digits.clone().count() == 12 || digits.count() < 12 && pattern.contains('*'))
}

/// Accounts that a pattern matches; none for a pattern that matches all accounts or none.
pub(super) fn instances(pattern: &str) -> impl Iterator<Item = String> {
    let missing = 12_usize.checked_sub(pattern.chars().filter(|c| *c != '*').count());
    let form = |missing| pattern.replacen('*', &"?".repeat(missing), 1).replace('*', "");
    missing.filter(|_| may_be_account(pattern)).map(form).into_iter().flat_map(|form| {
        let free = form.matches('?').count();
        let fill = move |number: u64| {
            let digits = format!("{number:0free$}");
            let mut digits = (digits.len() == free).then_some(digits)?.into_bytes().into_iter();
            let digit = |c| if c == '?' { digits.next().map(char::from) } else { Some(c) };
            form.chars().map(digit).collect()
        };
        (0..).map_while(fill)
    })
}
