import Glibc

/// Which stretch of an archive a block is.
struct BlockPlan: Sendable {
    /// The archive's place among the archives.
    var archive: Int
    /// The block's place in the archive.
    var block: Int
    /// What the block is to reach: bytes, or events.
    var target: Int
    /// The time at its beginning and at its end, in microseconds since 1970 UTC.
    var times: Range<UInt64>

    /// The time at a point of the block, from 0 to `target`.
    func time(at point: Int) -> UInt64 {
        let share = Double(point) / Double(target)
        return times.lowerBound + min(UInt64(Double(times.count) * share), UInt64(max(times.count, 1) - 1))
    }
}

/// A line to be put among those that are drawn.
struct PlantedLine: Sendable {
    /// The line with its newline.
    var bytes: [UInt8]
    /// The point of the block, from 0 up to its target, where the line comes.
    var point: Int
    var isEvent: Bool
}

/// A block as it stands in the archive before compression.
struct RenderedBlock: Sendable {
    var bytes: [UInt8]
    var lines: Int
    var events: Int
    /// Where each planted line is, in the order given: its line, counted from 0, and the offset of its first byte.
    var places: [(line: Int, offset: Int)]
}

/// Renders blocks of one shape.
struct BlockRenderer: Sendable {
    var seed: UInt64
    var compiled: CompiledShape
    var sampler: EventSampler
    /// Whether a block's target is a number of bytes, and not of events.
    var countsBytes: Bool

    /// Hosts whose collector writes the shape's second variant: one of three.
    @inline(__always)
    private func variant(ofHost host: UInt64) -> Int { host % 3 == 2 ? 1 : 0 }

    /// Events and planted lines until the target is reached.
    ///
    /// - Parameter planted: Lines in the order of their points.
    func render(_ plan: BlockPlan, planted: [PlantedLine]) -> RenderedBlock {
        let plantedBytes = planted.reduce(0) { $0 + $1.bytes.count }
        let largestLength = compiled.largestLength
        let capacity =
            countsBytes ? plan.target + largestLength + plantedBytes : plan.target * largestLength + plantedBytes
        var lines = 0
        var events = 0
        var places: [(line: Int, offset: Int)] = []
        var random = RandomStream(seed, 0x626C_6F63, UInt64(plan.archive), UInt64(plan.block))
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            guard let start = output.baseAddress else { return }
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Slot.allCases.count) { slots in
                slots.initialize(repeating: 0)
                compiled.withSteps { writer in
                    var next = 0
                    while true {
                        let point = countsBytes ? count : events
                        if next < planted.count, planted[next].point <= point || point >= plan.target {
                            places.append((lines, count))
                            let line = planted[next]
                            // SAFETY: the capacity counts every planted line.
                            line.bytes.withUnsafeBufferPointer { bytes in
                                if let base = bytes.baseAddress {
                                    (start + count).initialize(from: base, count: bytes.count)
                                }
                            }
                            count += line.bytes.count
                            lines += 1
                            events += line.isEvent ? 1 : 0
                            next += 1
                            continue
                        }
                        guard point < plan.target else { break }
                        let record = UInt64(plan.block) &* 8192 &+ UInt64(lines) &+ 100_000
                        sampler.draw(&random, at: plan.time(at: point), record: record, into: slots)
                        let kind = compiled.kinds[random.next()]
                        let host = slots[Slot.host.rawValue]
                        let line = compiled.lines[kind * EventLayout.variants + variant(ofHost: host)]
                        // SAFETY: below the target there is room for one more line of the largest length (bytes), or
                        // for one of it for each event (events).
                        count += writer.write(line.steps, slots, to: start + count)
                        lines += 1
                        events += 1
                    }
                }
            }
        }
        return RenderedBlock(bytes: bytes, lines: lines, events: events, places: places)
    }
}

extension CompiledShape {
    /// The shape's buffers while they are pinned.
    struct StepWriter {
        fileprivate var bytes: UnsafePointer<UInt8>
        fileprivate var cells: UnsafePointer<ByteRange>
        fileprivate var steps: UnsafePointer<LineStep>

        /// Writes a line and returns its length.
        ///
        /// - Parameter output: Has room for the line's largest length.
        @inline(__always)
        func write(
            _ range: Range<Int>, _ slots: UnsafeMutableBufferPointer<UInt64>, to output: UnsafeMutablePointer<UInt8>
        ) -> Int {
            // SAFETY: `range`, and every step's `start` and `length`, come from the compiler of the same shape; a cell's
            // index is below the number of texts of its column, because the sampler draws from that population.
            var position = output
            for index in range {
                let step = steps[index]
                let word = slots[Int(step.slot)]
                switch step.form {
                case nil:
                    memcpy(position, bytes + Int(step.start), Int(step.length))
                    position += Int(step.length)
                case .cell?:
                    let cell = cells[Int(step.start) &+ Int(truncatingIfNeeded: word)]
                    memcpy(position, bytes + Int(cell.start), Int(cell.length))
                    position += Int(cell.length)
                case let form?:
                    position += WordFormatter.write(word, as: form, to: position)
                }
            }
            return position - output
        }
    }

    /// Calls the body with the buffers pinned; not at all for a shape without events.
    func withSteps(_ body: (StepWriter) -> Void) {
        bytes.withUnsafeBufferPointer { bytes in
            cells.withUnsafeBufferPointer { cells in
                steps.withUnsafeBufferPointer { steps in
                    guard let bytes = bytes.baseAddress, let cells = cells.baseAddress, let steps = steps.baseAddress
                    else { return }
                    body(StepWriter(bytes: bytes, cells: cells, steps: steps))
                }
            }
        }
    }
}
