//! The page *ISO mount*.

use super::snapshots::Started;
use super::table::operations;
use crate::model::Sentence;
use serde::Serialize;

operations! {
    /// What the page *ISO mount* asks.
    IsoOp {
        /// The images there are, and the one that is mounted.
        "isos": Looks, Iso => IsoList {} -> Isos,
        /// Mounts one; the VM starts from it next.
        "iso_mount": Alters, Iso => IsoMount {
            /// Its key.
            image: String,
        } -> Mounted,
        /// Takes every image out.
        "iso_unmount": Alters, Iso => IsoUnmount {} -> Started,
    }
}

/// An image is mounted, or about to be.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Mounted {
    /// Whether it goes on; false: it is done.
    pub running: bool,
    /// What must be done before the guest sees it.
    pub notice: Option<Sentence>,
}

/// The images that a product offers.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Isos {
    /// The one in the VM; null: none.
    pub mounted: Option<MountedImage>,
    /// What must be done before the guest sees it.
    pub notice: Option<Sentence>,
    /// Why nothing can be done with them now.
    pub busy: Option<Sentence>,
    /// The images by the beginning of their names; what has none comes last.
    pub groups: Vec<ImageGroup>,
}

/// The image in a VM.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MountedImage {
    /// Its key.
    pub id: String,
    /// The name of its file.
    pub name: String,
}

/// Images whose names begin alike.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ImageGroup {
    /// What stands before the first hyphen of their names; `OTHER` for those without one.
    pub name: String,
    /// The images.
    pub images: Vec<Image>,
}

/// An image.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Image {
    /// Its key.
    pub id: String,
    /// The name of its file.
    pub name: String,
    /// In bytes.
    pub size: u64,
}
