#ifndef TESTS_BENCH_INGEST_PARTS_H_
#define TESTS_BENCH_INGEST_PARTS_H_

#include "tests/bench/ingest/records.h"
#include "tests/bench/ingest/servers.h"
#include "tests/bench/ingest/settings.h"
#include "tests/bench/support/report.h"

namespace kgw::bench {

// What every part of the benchmark works with.
struct Bench {
  Settings settings;
  Servers servers;
  RecordSource source;
  Report report;
};

// One kind of record with many in flight: the gateway by single calls and by a stream, in turns
// with the reference, which runs before and after each of them.
void CompareLargeSession(Bench& bench);
void CompareSmallOutcome(Bench& bench);
// How long one call takes alone, beside a sync, an empty call and the mapping, each measured alone.
void OneInFlight(Bench& bench);
// What each stage of a large session costs, alone on one thread.
void Stages(Bench& bench);
// How long a start takes with an empty store.
void ReadyWhenEmpty(Bench& bench);
// What a record costs as the store grows, and how long a start takes then.
void Growth(Bench& bench);
// The gateway of another build, in turns with this one's; nothing where none is named.
void BesideAnotherBuild(Bench& bench);
// HAPI FHIR taking transactions of the same resources. Says so and goes on where it is not built.
void BesideHapi(Bench& bench);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_INGEST_PARTS_H_
