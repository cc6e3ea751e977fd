#include "derive/lanes.h"

namespace strobe::derive {

void assign_lanes(SessionView& view) { view.lanes.clear(); }

}  // namespace strobe::derive
