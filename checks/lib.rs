//! Every check, one file each, in a folder for each layer.
