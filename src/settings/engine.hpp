// Names from configuration/ that this room uses without qualification.
#pragma once

#include "configuration/config_file.hpp"
#include "configuration/effective.hpp"
#include "configuration/files.hpp"
#include "configuration/given.hpp"
#include "configuration/kind.hpp"
#include "configuration/read.hpp"
#include "configuration/table.hpp"
#include "configuration/values.hpp"

namespace settings {

using configuration::DiskFiles;
using configuration::EffectiveSetting;
using configuration::Environment;
using configuration::Files;
using configuration::Kind;
using configuration::Parsed;
using configuration::Problems;
using configuration::Put;
using configuration::Reading;
using configuration::Remarks;
using configuration::Row;
using configuration::Section;
using configuration::Sources;
using configuration::sources_of_process;
using configuration::Table;
using configuration::Wanted;

using configuration::boolean;
using configuration::choice;
using configuration::folder;
using configuration::headers;
using configuration::host;
using configuration::identity;
using configuration::integer;
using configuration::into;
using configuration::password;
using configuration::pem;
using configuration::pem_text;
using configuration::plain_path;
using configuration::plain_text;
using configuration::proxy;
using configuration::subset;
using configuration::token;
using configuration::url;
using configuration::verification;

}  // namespace settings
