import Hunting
import Values

/// Writes records of which there may be millions: they are encoded on all processors while the next ones are read, and
/// written in their order.
struct RecordBatches {
    let output: Output
    let cut: OutputCut

    /// So many batches are encoded together, but of large records fewer: bytes of all.
    private static let groupSize = 32
    private static let groupBytes = 4 << 20
    /// Of a batch: little enough that who waits for the end of the output waits for nothing else.
    private static let bytes = 64 << 10

    /// Records that one thread encodes.
    private struct Batch<Records: Sendable>: Sendable {
        var records: Records
        /// Whether no record stands before these.
        var isFirst: Bool
    }

    /// Writes each row of findings, as long as the output goes on.
    ///
    /// - Parameters:
    ///   - columns: how wide `encode` makes each row.
    ///   - encode: what is written for some rows one after the other; whether they are the first ones.
    func write(
        _ findings: Findings, columns: Int = 0,
        encode: @Sendable (_ rows: FindingRows, _ isFirst: Bool) throws(StorageError) -> [UInt8]
    ) throws(OutputError) {
        var reader = findings.reader()
        try write(
            next: { () throws(StorageError) in
                let rows = try reader.next(within: Self.bytes, columns: columns)
                return rows.count == 0 ? nil : (rows, rows.bytes)
            }, encode)
    }

    /// Writes each event, in JSON that every reader takes, as long as the output goes on.
    ///
    /// - Parameter encode: what is written for some events one after the other; whether they are the first ones.
    func write(
        _ matches: MatchedEvents, encode: @Sendable (_ events: [MatchedEvent], _ isFirst: Bool) -> [UInt8]
    ) throws(OutputError) {
        var reader = matches.reader()
        try write(
            next: { () throws(StorageError) in
                let events = try reader.next(within: Self.bytes)
                return events.isEmpty ? nil : (events, events.reduce(0) { $0 + $1.event.bytes.count })
            },
            { events, isFirst in
                var events = events
                for index in events.indices { events[index].event = events[index].event.withoutLoneSurrogates }
                return encode(events, isFirst)
            })
    }

    /// - Parameter next: the records of another batch, and about how many bytes they have; `nil` behind the last.
    private func write<Records: Sendable>(
        next: () throws(StorageError) -> (records: Records, bytes: Int)?,
        _ encode: @Sendable (Records, Bool) throws(StorageError) -> [UInt8]
    ) throws(OutputError) {
        var failure: StorageError?
        var isAtEnd = false
        var isFirst = true
        func readGroup() -> [Batch<Records>] {
            var batches: [Batch<Records>] = []
            var bytes = 0
            do {
                while !isAtEnd, batches.count < Self.groupSize, bytes < Self.groupBytes {
                    guard let batch = try next() else {
                        isAtEnd = true
                        break
                    }
                    batches.append(Batch(records: batch.records, isFirst: isFirst))
                    bytes += batch.bytes
                    isFirst = false
                }
            } catch {
                failure = error
                isAtEnd = true
            }
            return batches
        }
        let encodeBatch: @Sendable (Batch<Records>) -> Result<[UInt8], StorageError> = { batch in
            Result { () throws(StorageError) in try encode(batch.records, batch.isFirst) }
        }

        var group = readGroup()
        while !group.isEmpty {
            let texts: [Result<[UInt8], StorageError>]
            if isAtEnd {
                // Most searches find little.
                texts = group.concurrentMap(encodeBatch)
                group = []
            } else {
                (texts, group) = group.concurrentMap(encodeBatch, beside: readGroup)
            }
            for text in texts {
                guard cut.allowsRecord() else { return }
                switch text {
                case .success(let bytes): try output.write(bytes)
                case .failure(let error): throw .lostResults(reason: "\(error)")
                }
            }
        }
        if let failure { throw .lostResults(reason: "\(failure)") }
    }
}
