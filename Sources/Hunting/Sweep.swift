import Archives
import Matching

/// A consumer that one worker makes for itself and feeds with everything it scans.
protocol SweepConsumer: EventConsumer {
    associatedtype Result: Sendable
    /// Lines of another chunk follow.
    mutating func begin(_ chunk: Chunk)
    /// Events found so far that somebody watching may want to know of.
    var matchedEvents: Int { get }
    /// What it has found, when there is nothing left to scan.
    consuming func result() -> Result
}

/// One pass over archives by several workers, each with a consumer of its own.
struct Sweep: Sendable {
    let reader: ArchiveReader
    let threads: Int
    /// `nil` where every line is to be parsed.
    let prefilter: PrefilterPlan?

    /// What one worker brings home.
    struct Share<Result: Sendable>: Sendable {
        var result: Result
        /// By archive.
        var counts: [LineCounts]
        var malformed: MalformedLog
    }

    /// Runs the workers, and folds what each has found into `outcome` in no particular order.
    func run<Consumer: SweepConsumer & SendableMetatype, Outcome>(
        into outcome: inout Outcome, makeConsumer: @escaping @Sendable () -> Consumer,
        fold: (inout Outcome, Share<Consumer.Result>) -> Void, report: @escaping @Sendable (Int) -> Void
    ) async {
        await withTaskGroup(of: Share<Consumer.Result>.self) { group in
            for _ in 0..<max(1, threads) {
                group.addTask { await work(makeConsumer(), report) }
            }
            for await share in group { fold(&outcome, share) }
        }
    }

    private func work<Consumer: SweepConsumer & SendableMetatype>(
        _ consumer: consuming Consumer, _ report: @Sendable (Int) -> Void
    ) async -> Share<Consumer.Result> {
        var consumer = consumer
        var scanner = ChunkScanner(prefilter)
        var counts = [LineCounts](repeating: LineCounts(), count: reader.archives.count)
        var reported = 0
        while let chunk = await reader.next() {
            guard reader.isChosen(chunk) else {
                reader.finish(chunk, lines: 0)
                continue
            }
            consumer.begin(chunk)
            let found = scanner.scan(chunk, into: &consumer)
            counts[chunk.archive] += found
            let isCut = consumer.isStopped
            // The lines behind it keep their numbers.
            reader.finish(chunk, lines: isCut ? LineBounds.count(in: chunk.bytes) : found.lines, isWhole: !isCut)
            if consumer.matchedEvents != reported {
                report(consumer.matchedEvents - reported)
                reported = consumer.matchedEvents
            }
            if isCut { break }
        }
        return Share(result: consumer.result(), counts: counts, malformed: scanner.malformed)
    }
}
