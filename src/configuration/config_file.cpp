#include "configuration/config_file.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>
#include <vector>

namespace configuration {
namespace {

constexpr std::size_t longest_file = std::size_t{1024} * 1024;

std::string problem_at(int line, std::string_view what) {
  return fmt::format("config.yml, line {}: {}", line, what);
}

/// Collects the keys of one document. It uses events instead of yaml-cpp's tree, which has lost
/// anchors and duplicate keys.
class Collector final : public YAML::EventHandler {
 public:
  explicit Collector(const KnownPath& known) : known_(known) {}

  ConfigFile found;
  std::vector<std::string> problems;

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1)
      report(mark, "there must be one document only: remove `---`, or a comma at the beginning");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    reject_extras(mark, "", anchor);
    if (depth_ > 0) scalar(mark, "");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    report(mark, "aliases (*name) are not allowed");
    scalar(mark, "");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    reject_extras(mark, tag, anchor);
    scalar(mark, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    reject_extras(mark, tag, anchor);
    open(mark, /*is_map=*/false);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    reject_extras(mark, tag, anchor);
    open(mark, /*is_map=*/true);
  }
  void OnMapEnd() override { close(); }

 private:
  void report(const YAML::Mark& mark, std::string_view what) {
    if (is_of_others()) return;
    problems.push_back(problem_at(mark.line + 1, what));
  }

  void reject_extras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) report(mark, "anchors (&name) are not allowed; quote a value that starts so");
    if (!tag.empty() && tag != "?" && tag != "!") {
      report(mark, "tags (!name) are not allowed; quote a value that starts so");
    }
  }

  void scalar(const YAML::Mark& mark, const std::string& text) {
    if (!skipped_.empty()) return nested_scalar(mark, text);
    if (depth_ == 0) {
      report(mark, "the file must hold sections, such as opencti:");
    } else if (depth_ == 3) {
      auto& list = found[path()].text;
      list += (list.empty() ? "" : ",") + text;
    } else if (auto& key = keys_.at(depth_ - 1); !key) {
      key = text;
      begin_value(mark);
    } else {
      if (depth_ == 1 && !text.empty()) report(mark, "a section must hold keys, not a value");
      if (depth_ == 2) found[path()].text = text;
      key.reset();
    }
  }

  void open(const YAML::Mark& mark, bool is_map) {
    const bool is_key = (depth_ == 1 || depth_ == 2) && !keys_.at(depth_ - 1);
    const bool fits = depth_ == 2 ? !is_map : is_map && depth_ < 2;
    if (skipped_.empty() && fits && !is_key) {
      if (++depth_ == 3) found[path()].list = true;
      return;
    }
    if (skipped_.empty()) {
      report(mark, wrong_place(is_key));
      if (is_key) keys_.at(depth_ - 1) = "";
      skipping_key_ = is_key;
    }
    skipped_.push_back({.is_map = is_map});
  }

  void close() {
    if (skipped_.empty()) {
      --depth_;
    } else {
      skipped_.pop_back();
      if (!skipped_.empty()) skipped_.back().key_next = true;
      if (!skipped_.empty() || skipping_key_) return;
    }
    if (depth_ == 1 || depth_ == 2) keys_.at(depth_ - 1).reset();
  }

  /// Records the keys within a map that is not read: one can be a limit that would have no effect.
  void nested_scalar(const YAML::Mark& mark, const std::string& text) {
    auto& [is_map, key_next] = skipped_.back();
    if (!is_map) return;
    if (key_next && depth_ == 2 && keys_[0] && keys_[1]) {
      found.emplace(path() + "." + text, ConfigValue{.line = mark.line + 1});
    }
    key_next = !key_next;
  }

  [[nodiscard]] std::string_view wrong_place(bool is_key) const {
    if (is_key) return "a key must be a plain word";
    if (depth_ == 0) return "the file must hold sections, such as opencti:";
    if (depth_ == 1) return "a section must hold keys, not a list";
    return "a value must be a text or a list of texts";
  }

  /// A key was read; its value follows.
  void begin_value(const YAML::Mark& mark) {
    if (!found.emplace(path(), ConfigValue{.line = mark.line + 1}).second) {
      report(mark, "this key appears twice");
    }
  }

  /// Whether the current position is in a section, or under a key, of another program. Not for
  /// `<<`, which could add keys of this program.
  [[nodiscard]] bool is_of_others() const {
    if (!known_ || !keys_[0] || keys_[0] == merge_key) return false;
    if (!known_(*keys_[0])) return true;
    return keys_[1] && keys_[1] != merge_key && !known_(*keys_[0] + "." + *keys_[1]);
  }

  /// The path of the current key: `section`, or `section.key`.
  [[nodiscard]] std::string path() const {
    if (depth_ == 1) return *keys_[0];
    return *keys_[0] + "." + *keys_[1];
  }

  static constexpr std::string_view merge_key = "<<";

  const KnownPath& known_;
  int documents_ = 0;
  /// 0 outside, 1 in the list of sections, 2 in a section, 3 in a list.
  std::size_t depth_ = 0;
  /// Section and key of the next value.
  std::array<std::optional<std::string>, 2> keys_;
  struct Skipped {
    bool is_map = false;
    /// In a map: whether the next value is a key.
    bool key_next = true;
  };
  /// The open containers inside a rejected value, or a value of others.
  std::vector<Skipped> skipped_;
  bool skipping_key_ = false;
};

/// yaml-cpp does not report other control characters, which would end or change the file.
bool holds_binary(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) {
    return c < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
}

}  // namespace

tl::expected<ConfigFile, std::vector<std::string>> parse_config_file(const std::string& yaml,
                                                                     const KnownPath& known) {
  const auto failure = [](std::string problem) {
    return tl::unexpected(std::vector{std::move(problem)});
  };
  if (yaml.size() > longest_file) return failure("config.yml: longer than 1 MiB");
  if (holds_binary(yaml)) return failure("config.yml: not a text file in UTF-8");

  // The end marker makes yaml-cpp report an unclosed quote; without it the rest of the file becomes
  // the value.
  std::istringstream input(yaml + "\n...\n");
  Collector collector(known);
  try {
    YAML::Parser parser(input);
    // A second document is a problem already. Of some texts, such as ",", yaml-cpp makes documents
    // without end.
    for (int document = 0; document < 2 && parser.HandleNextDocument(collector); ++document) {
    }
  } catch (const YAML::Exception& error) {
    // Without yaml-cpp's text, which can quote the file.
    collector.problems.push_back(problem_at(
        error.mark.line + 1,
        "not valid YAML: check for an open quote, an unquoted special character, a missing space"));
  }
  if (!collector.problems.empty()) return tl::unexpected(std::move(collector.problems));
  return std::move(collector.found);
}

}  // namespace configuration
