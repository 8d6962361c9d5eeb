//! Questions about a log whose key is replaced while they are asked.

use ledger::place::home::Home;
use ledger::read::Reader;

use crate::log::LogError;

/// How often a log is asked whose keys become others each time.
const QUESTIONS: u32 = 8;

/// Returns what a log answers; it is asked again where its keys became others meanwhile, for a checkpoint by a key that
/// was not known yet accuses nobody. Keys are read before the checkpoint.
pub fn ask<T, E: From<LogError>>(
    home: &Home,
    question: impl Fn(&Reader) -> Result<T, E>,
) -> Result<T, E> {
    let read = || home.reader().map_err(LogError::from);
    let mut reader = read()?;
    let mut answer = question(&reader);
    for _ in 1..QUESTIONS {
        match read() {
            Ok(now) if answer.is_err() && !now.believes_as(&reader) => reader = now,
            Ok(_) | Err(_) => break,
        }
        answer = question(&reader);
    }
    answer
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use jiff::Timestamp;
    use ledger::place::home::Home;
    use ledger::signer::{KeySources, NewKey};
    use ledger::succession::Occasion;

    use super::ask;
    use crate::log::LogError;

    #[test]
    fn a_log_whose_key_is_replaced_meanwhile_is_asked_again() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::in_folder(folder.path());
        let ledger = home.open_or_create("countersign.local/steady", [3; 32]);
        let ledger = RefCell::new(ledger.unwrap());
        let asked = RefCell::new(0);
        let signer = ask(&home, |reader| {
            *asked.borrow_mut() += 1;
            if *asked.borrow() == 1 {
                let occasion = Occasion {
                    reason: None,
                    at: Timestamp::UNIX_EPOCH,
                    entropy: &mut || [4; 32],
                };
                let (new, sources) = (NewKey::Seed([5; 32]), KeySources::default());
                let rotated = ledger.borrow_mut().rotate(&new, &sources, occasion);
                rotated.unwrap();
            }
            Ok::<_, LogError>(reader.checkpoint()?.key)
        });
        assert_eq!(signer.unwrap(), *ledger.borrow().reader().log());
        assert_eq!(*asked.borrow(), 2);
        // What is wrong otherwise is asked once.
        let refused = ask(&home, |reader| {
            *asked.borrow_mut() += 1;
            Ok::<_, LogError>(reader.entries(0..9)?)
        });
        refused.unwrap_err();
        assert_eq!(*asked.borrow(), 3);
    }
}
