#pragma once

#include <string_view>

// The files in report/, compiled in by report_assets.cmake.

namespace strobe::exporter {

std::string_view report_page();    // page.html, with @TITLE@, @POLICY@, @STYLE@, @DATA@ and @SCRIPT@ to be filled in
std::string_view report_style();   // report.css
std::string_view report_script();  // the scripts one after another

}  // namespace strobe::exporter
