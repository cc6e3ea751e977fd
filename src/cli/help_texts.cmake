# Compiles commands/*.md into the program: writes help_texts.cc with one raw string a command.
file(GLOB help_files ${SOURCE_DIR}/commands/*.md)
list(SORT help_files)
set(entries "")
foreach(help_file IN LISTS help_files)
  get_filename_component(name ${help_file} NAME_WE)
  file(READ ${help_file} text)
  string(APPEND entries "    {\"${name}\", R\"HELP(${text})HELP\"},\n")
endforeach()
file(WRITE ${OUTPUT}.new "#include \"cli/command.h\"

namespace strobe::cli {

namespace {
struct HelpText {
  std::string_view command;
  std::string_view text;
};
constexpr HelpText k_help_texts[] = {
${entries}};
}  // namespace

std::string_view help_of(std::string_view command) {
  for (const HelpText& help : k_help_texts) {
    if (help.command == command) return help.text;
  }
  return {};
}

}  // namespace strobe::cli
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
