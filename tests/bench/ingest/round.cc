#include "tests/bench/ingest/round.h"

#include "tests/bench/support/ledger.h"

namespace kgw::bench {

using support::ChildProcess;
using support::Usage;

Load Unary(int in_flight) {
  return [in_flight](const std::string& server, const Records& records) {
    return UnaryLoad(server, records, in_flight);
  };
}

Load Streamed(int in_flight) {
  return [in_flight](const std::string& server, const Records& records) {
    return StreamLoad(server, records, in_flight);
  };
}

Round Measure(const ChildProcess& server, const Records& records, const Load& load) {
  Round round;
  const Usage before = server.Read();
  round.load = load(server.Value("grpc"), records);
  const Usage after = server.Read();
  if (round.load.wrong != 0 || round.load.answered != static_cast<int64_t>(records.size())) {
    Die(std::to_string(round.load.wrong) + " wrong answers of " +
        std::to_string(round.load.answered));
  }
  const auto count = static_cast<double>(records.size());
  round.cpu_us = (after.cpu_seconds - before.cpu_seconds) * 1e6 / count;
  round.bytes = static_cast<double>(after.bytes_written - before.bytes_written) / count;
  round.peak_megabytes = static_cast<double>(after.peak_bytes) / (1024.0 * 1024.0);
  return round;
}

Round MeasureGateway(Servers& servers, const Records& records, const Load& load,
                     const std::filesystem::path& build) {
  const auto gateway = servers.Gateway(servers.NewStore(), build);
  const int64_t before = gateway->Read().bytes_written;
  Round round = Measure(*gateway, records, load);
  const auto count = static_cast<int64_t>(records.size());
  if (MappedInLedger(gateway->Value("grpc")) != count) Die("the ledger does not show every record");
  const int64_t after = gateway->Ended().bytes_written;
  round.bytes = static_cast<double>(after - before) / static_cast<double>(count);
  return round;
}

Round MeasureReference(Servers& servers, const Records& records, const Load& load) {
  return Measure(*servers.Reference(), records, load);
}

Spread Of(const std::vector<Round>& rounds, const std::function<double(const Round&)>& figure) {
  std::vector<double> values;
  values.reserve(rounds.size());
  for (const Round& round : rounds) values.push_back(figure(round));
  return SpreadOf(std::move(values));
}

Row RowOf(const std::string& name, const std::vector<Round>& rounds) {
  Row row{.name = name, .unit = "records/s"};
  row.spread = Of(rounds, [](const Round& round) { return round.load.per_second(); });
  row.value = row.spread->median;
  row.p50_us = Of(rounds, [](const Round& round) { return round.load.p50_us; }).median;
  row.p99_us = Of(rounds, [](const Round& round) { return round.load.p99_us; }).median;
  row.cpu_us = Of(rounds, [](const Round& round) { return round.cpu_us; }).median;
  row.client_cpu_us = Of(rounds, [](const Round& round) { return round.load.cpu_us; }).median;
  row.bytes = Of(rounds, [](const Round& round) { return round.bytes; }).median;
  return row;
}

}  // namespace kgw::bench
