#include "cli/commands/commands.h"
#include "json/write.h"
#include "view/table.h"

namespace strobe::cli {

namespace {

std::string as_json(const config::Settings& settings, const std::vector<const config::Setting*>& shown) {
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
    if (value.where.empty()) {
      writer.null();
    } else {
      writer.string(value.where);
    }
    writer.key("environment").string(setting->environment).key("help").string(setting->help).end_object();
  }
  writer.end_array();
  return writer.take() + "\n";
}

std::string as_text(const Session& session, const std::vector<const config::Setting*>& shown) {
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

Result<int> run(const Session& session, const Invocation& invocation) {
  std::vector<const config::Setting*> shown;
  for (const config::Setting& setting : config::all_settings()) {
    if (invocation.positionals.empty() || invocation.positionals.front() == setting.name) shown.push_back(&setting);
  }
  TRY_VOID(print(session.json ? as_json(session.settings, shown) : as_text(session, shown)));
  return 0;
}

}  // namespace

const Command& config_command() {
  static const Command command = {
      .name = "config",
      .summary = "shows the settings, and where each comes from",
      .positionals = {{.name = "NAME", .help = "this one only", .required = false, .choices = config::setting_names()}},
      .run = run};
  return command;
}

}  // namespace strobe::cli
