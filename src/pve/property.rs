//! Property strings: `volume,size=4G,iops_rd=500`. Order and unknown keys survive reading and printing.

use std::fmt;

/// An ordered list of `key=value`, the first entry perhaps without a key (Proxmox's `default_key`).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PropertyString(Vec<(Option<String>, String)>);

impl PropertyString {
    /// Takes any text: an entry without `=` has no key. Empty entries are dropped, as Proxmox drops them.
    pub fn parse(text: &str) -> Self {
        let entry = |part: &str| match part.split_once('=') {
            Some((key, value)) => (Some(key.trim().to_owned()), value.to_owned()),
            None => (None, part.to_owned()),
        };
        Self(
            text.split(',')
                .filter(|part| !part.is_empty())
                .map(entry)
                .collect(),
        )
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| name.as_deref() == Some(key))
            .map(|(_, value)| value.as_str())
    }

    /// The value without a key, or the one under `default_key`.
    pub fn get_default(&self, default_key: &str) -> Option<&str> {
        let bare = self
            .0
            .iter()
            .find(|(name, _)| name.is_none())
            .map(|(_, value)| value.as_str());
        bare.or_else(|| self.get(default_key))
    }

    /// Sets `key` where it stands, or at the end.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        match self
            .0
            .iter_mut()
            .find(|(name, _)| name.as_deref() == Some(key))
        {
            Some((_, old)) => *old = value.into(),
            None => self.0.push((Some(key.to_owned()), value.into())),
        }
    }

    /// Sets `key`, or removes it for `None`.
    pub fn put(&mut self, key: &str, value: Option<impl Into<String>>) {
        match value {
            Some(value) => self.set(key, value),
            None => self.remove(key),
        }
    }

    /// Removes `key`.
    pub fn remove(&mut self, key: &str) {
        self.0.retain(|(name, _)| name.as_deref() != Some(key));
    }

    /// Puts an entry at the front, with a key or as the bare default value.
    pub fn lead(&mut self, key: Option<&str>, value: impl Into<String>) {
        self.0.insert(0, (key.map(str::to_owned), value.into()));
    }

    /// Removes the bare default value and what stands under any of `keys`.
    pub(super) fn drop_lead(&mut self, keys: &[&str]) {
        self.0.retain(|(name, _)| match name {
            Some(name) => !keys.contains(&name.as_str()),
            None => false,
        });
    }

    /// The entries that stand here and not in `other`, as they are written.
    pub(super) fn beyond(&self, other: &Self) -> Vec<String> {
        let own = self.0.iter().filter(|entry| !other.0.contains(entry));
        own.map(|(key, value)| match key {
            Some(key) => format!("{key}={value}"),
            None => value.clone(),
        })
        .collect()
    }

    /// All entries in order; the bare default value has no key.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_deref(), value.as_str()))
    }
}

impl fmt::Display for PropertyString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, value)) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            match key {
                Some(key) => write!(f, "{key}={value}")?,
                None => f.write_str(value)?,
            }
        }
        Ok(())
    }
}

/// A number as Proxmox prints it: no `.0` behind a whole one.
pub(super) fn plain(number: f64) -> String {
    format!("{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_unknown_keys_survive() {
        let text = "vmstore:2001/vm-2001-disk-0.qcow2,aio=io_uring,size=4G,new-key=x=y";
        let mut list = PropertyString::parse(text);
        assert_eq!(list.to_string(), text);
        assert_eq!(
            list.get_default("file"),
            Some("vmstore:2001/vm-2001-disk-0.qcow2")
        );
        assert_eq!(list.get("new-key"), Some("x=y"));
        list.set("size", "5G");
        list.remove("aio");
        list.put("iops_rd", Some("500"));
        list.put("new-key", None::<String>);
        assert_eq!(
            list.to_string(),
            "vmstore:2001/vm-2001-disk-0.qcow2,size=5G,iops_rd=500"
        );
        assert_eq!(
            PropertyString::parse("file=a:b,size=1G").get_default("file"),
            Some("a:b")
        );
    }
}
