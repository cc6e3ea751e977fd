# Compiles report/ into the program: writes report_assets.cc. The scripts, in this order, become one.
set(scripts base.js payload.js charts.js timeline.js row.js steps.js panels.js main.js)
set(script "")
foreach(file IN LISTS scripts)
  file(READ ${SOURCE_DIR}/report/${file} text)
  string(APPEND script "${text}")
endforeach()
file(READ ${SOURCE_DIR}/report/report.css style)
file(READ ${SOURCE_DIR}/report/page.html page)
file(WRITE ${OUTPUT}.new "#include \"export/report_assets.h\"

namespace strobe::exporter {

std::string_view report_page() { return R\"REPORT(${page})REPORT\"; }
std::string_view report_style() { return R\"REPORT(${style})REPORT\"; }
std::string_view report_script() { return R\"REPORT(${script})REPORT\"; }

}  // namespace strobe::exporter
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
