#include <algorithm>

#include "base/nearest.h"
#include "cli/commands/commands.h"
#include "cli/thresholds.h"
#include "json/write.h"
#include "view/table.h"

namespace strobe::cli {

namespace {

using Shown = std::vector<const config::Setting*>;

void write_text_or_null(json::Writer& writer, std::string_view text) {
  if (text.empty()) {
    writer.null();
  } else {
    writer.string(text);
  }
}

std::string as_json(const config::Settings& settings, const Shown& shown) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_array();
  for (const config::Setting* setting : shown) {
    const config::SettingValue& value = settings.get(setting->name);
    writer.begin_object().key("name").string(setting->name).key("value");
    if (setting->type == config::SettingType::number) {
      writer.int64(settings.number(setting->name));
    } else {
      writer.string(value.text);
    }
    writer.key("origin").string(config::origin_name(value.origin)).key("where");
    write_text_or_null(writer, value.where);
    writer.key("environment");
    write_text_or_null(writer, setting->environment);
    writer.key("help").string(setting->help).end_object();
  }
  writer.end_array();
  return writer.take() + "\n";
}

std::string as_text(const Session& session, const Shown& shown) {
  std::vector<std::vector<std::string>> rows;
  for (const config::Setting* setting : shown) {
    const config::SettingValue& value = session.settings.get(setting->name);
    std::string origin(config::origin_name(value.origin));
    if (!value.where.empty()) origin += " " + value.where;
    rows.push_back({std::string(setting->name), value.text, origin});
  }
  std::string text =
      view::render_table({{"NAME"}, {"VALUE", false, true}, {"ORIGIN", false, true}}, rows, session.style);
  return text + "\nFile: " + view::safe(session.settings.file()) +
         (session.settings.has_file() ? "\n" : " (not there)\n");
}

// Settings first, then the thresholds of rules: with --all each, else those that are set.
Shown listed(const config::Settings& settings, bool shows_all) {
  Shown shown;
  for (const config::Setting& setting : config::all_settings()) shown.push_back(&setting);
  for (const config::Setting& setting : threshold_settings()) {
    if (shows_all || settings.get(setting.name).origin != config::Origin::fallback) shown.push_back(&setting);
  }
  return shown;
}

Result<int> run(const Session& session, const Invocation& invocation) {
  Shown shown = listed(session.settings, invocation.has("all") || !invocation.positionals.empty());
  if (!invocation.positionals.empty()) {
    const std::string& name = invocation.positionals.front();
    std::vector<std::string_view> names;
    for (const config::Setting* setting : shown) names.push_back(setting->name);
    std::erase_if(shown, [&](const config::Setting* setting) { return setting->name != name; });
    const std::string meant = nearest(name, names);
    if (shown.empty()) {
      return wrong_usage("there is no setting '" + name + "'",
                         meant.empty() ? "strobe config --all lists them" : "did you mean '" + meant + "'?");
    }
  }
  TRY_VOID(print(session.json ? as_json(session.settings, shown) : as_text(session, shown)));
  return 0;
}

}  // namespace

const Command& config_command() {
  static const Command command = {.name = "config",
                                  .summary = "shows the settings, and where each comes from",
                                  .positionals = {{.name = "NAME",
                                                   .help = "this one only",
                                                   .required = false,
                                                   .choices = config::setting_names(),
                                                   .takes_others = true}},
                                  .options = {{"--all", "", "thresholds of rules as well that nobody has set"}},
                                  .run = run};
  return command;
}

}  // namespace strobe::cli
