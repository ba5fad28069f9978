#include "bench/row_roofs.h"

#include <map>
#include <string_view>

namespace lockstep {

void set_roofs(std::vector<Measurement>& measurements, std::span<const RowGroup> groups,
               const Ceilings& ceilings) {
  std::map<std::string_view, const Row*> rows;
  for (const RowGroup& group : groups)
    for (const Row& row : group) rows.emplace(row.name, &row);
  for (Measurement& one : measurements) {
    one.roof.reset();
    const auto found = rows.find(one.name);
    if (found == rows.end()) continue;
    const Row& row = *found->second;
    const auto roof = roof_of(row.layers, ceilings);
    if (!roof) continue;
    one.roof = RowRoof{roof->seconds(), roof->bound_by(),
                       share_of(ceilings.flops_per_second, row.labels.threads, ceilings)};
  }
}

std::vector<const Measurement*> rows_above_roof(const std::vector<Measurement>& measurements) {
  std::vector<const Measurement*> above;
  for (const Measurement& one : measurements)
    if (one.above_roof()) above.push_back(&one);
  return above;
}

}  // namespace lockstep
