//! routelint finds serverless hazards in Next.js API routes.

pub mod analyze;
pub mod baseline;
pub mod cache;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod custom;
pub mod decide;
pub mod diagnostic;
pub mod disk;
pub mod facts;
pub mod files;
pub mod fix;
pub mod link;
pub mod load;
pub mod migrate;
pub mod pattern;
pub mod progress;
pub mod project;
pub mod report;
pub mod rules;
pub mod span;
pub mod suppress;
pub mod syntax;
pub mod timings;
pub mod watch;
