// The factory of the outputs that get a copy of each result, if the settings want it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "configuration/table.hpp"
#include "opencti/out/directory_output.hpp"
#include "opencti/out/output_services.hpp"
#include "opencti/out/s3_output.hpp"

namespace opencti {

/// One line for each output: its options, which have a member `wanted`. The functions below call
/// `rows`, `problems` and `make`, which the output declares for its options.
using CopyOptions = std::tuple<  //
    DirectoryOptions,            //
    S3Options>;

/// The settings of all. They are bound to the options, which must outlive them.
/// @param program the command, for samples
[[nodiscard]] std::vector<configuration::Row> rows(CopyOptions& options, std::string_view program);

/// Which settings of an output do not fit together, one line each.
[[nodiscard]] std::vector<std::string> problems(const CopyOptions& options);

[[nodiscard]] bool wants_copies(const CopyOptions& options);

/// @throws std::runtime_error when an output cannot work
[[nodiscard]] std::vector<std::unique_ptr<Output>> make_wanted(const CopyOptions& options,
                                                               const OutputServices& services);

}  // namespace opencti
