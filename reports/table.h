#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace lockstep::reports {

/// One value of a table. The empty alternative is a value that is missing: nothing was measured there.
using Cell = std::variant<std::monostate, std::string, std::int64_t, double>;
using Row = std::vector<Cell>;

/// automatic: right where the column holds a number, else left.
enum class Align { automatic, left, right };

struct Column {
  std::string name = {};     ///< key in CSV and JSON: unique in its table, e.g. "time_steps"
  std::string heading = {};  ///< what people read; empty: the name
  std::string unit = {};     ///< e.g. "steps/s"; empty: none
  Align align = Align::automatic;
  int digits = 4;     ///< significant digits of a real, 1 to 15
  bool code = false;  ///< set in the typeface of code, to be copied as it stands: commands, names
};

/// The text of a cell, the same in every format. A real has exactly `digits` significant digits, without an
/// exponent from 1e-5 to 1e12, and 0 is "0". Text is cleaned (clean_text). A missing value is "".
std::string to_text(const Cell& cell, int digits);

/// Named columns over rows of cells. Every row is complete and every real finite.
class Table {
 public:
  /// std::invalid_argument: a column without a name, a name twice, digits out of range, or a row that add
  /// refuses.
  Table(std::string title, std::vector<Column> columns, std::vector<Row> rows = {});

  /// std::invalid_argument: a row that is not one cell per column, or a real that is not finite.
  void add(Row row);

  const std::string& title() const { return title_; }
  const std::vector<Column>& columns() const { return columns_; }
  const std::vector<Row>& rows() const { return rows_; }

  /// What stands at a place, as text (to_text). Both indices must exist.
  std::string text(std::size_t row, std::size_t column) const;
  /// What people read above a column: "Time [ms]".
  std::string heading(std::size_t column) const;
  bool right_aligned(std::size_t column) const;

 private:
  std::string title_;
  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace lockstep::reports
