import Archives
import CKernels
import Events
import Matching

/// What one worker does with the lines that may matter.
protocol EventConsumer {
    /// Takes a line that looks like an event, which begins at this offset in the chunk; why it is none, where parsing
    /// finds it malformed.
    mutating func consume(_ line: UnsafeRawBufferPointer, at offset: Int) -> MalformedReason?

    /// How long the line is that a text begins with, where finding that out does part of the parsing, too: then the next
    /// call is `consumeIndexed`, if the line looks like an event. `nil` where the caller has to look for the end.
    mutating func index(lineFrom text: UnsafeRawBufferPointer) -> Int?

    /// Like `consume`, for the line that `index` was called for.
    mutating func consumeIndexed(_ line: UnsafeRawBufferPointer, at offset: Int) -> MalformedReason?

    /// Whether it takes no more lines.
    var isStopped: Bool { get }
}

extension EventConsumer {
    var isStopped: Bool { false }
}

/// How many lines of which kind a chunk, or all chunks of a worker, held.
struct LineCounts {
    var lines = 0
    var blank = 0
    var malformed = 0
    var parsed = 0
    /// Events that stood between zeros in malformed lines, and were parsed.
    var recovered = 0
    /// Malformed lines that are an object and a comma.
    var listed = 0
    /// Of the archive, in the counts of its first chunk and of all together.
    var opening: ContentOpening?

    static func += (left: inout LineCounts, right: LineCounts) {
        left.lines += right.lines
        left.blank += right.blank
        left.malformed += right.malformed
        left.parsed += right.parsed
        left.recovered += right.recovered
        left.listed += right.listed
        if let opening = right.opening { left.opening = opening }
    }
}

/// Takes a chunk apart into lines, hands those that may matter to the consumer, and accounts for every one.
///
/// With a prefilter, which is fitted to the text, one pass of a vector kernel counts lines, finds candidates, and finds the
/// line ends around which no event ends and begins; only there and at candidates is a line looked at by itself. Without one
/// every line is parsed.
struct ChunkScanner: ~Copyable {
    private let kernels: UnsafePointer<trawl_kernels>
    private let plan: PrefilterPlan?
    private var prefilter: FittedPrefilter
    private let candidates: UnsafeMutableBufferPointer<UInt32>
    private let suspects: UnsafeMutableBufferPointer<UInt32>
    /// The malformed lines found, the first ones of each chunk.
    var malformed = MalformedLog()

    /// - Parameter plan: from which prefilters are chosen; `nil` where every line is to be parsed.
    init(_ plan: PrefilterPlan?) {
        kernels = trawl_kernels_get()
        self.plan = plan
        prefilter = FittedPrefilter(plan)
        candidates = .allocate(capacity: 4096)
        suspects = .allocate(capacity: 4096)
    }

    deinit {
        candidates.deallocate()
        suspects.deallocate()
    }

    /// Scans a chunk and says how many lines of which kind it held, as far as the consumer took them.
    mutating func scan<Consumer: EventConsumer>(_ chunk: Chunk, into consumer: inout Consumer) -> LineCounts {
        if case .overlongLine = chunk.kind {
            malformed.append(.lineTooLong, at: ChunkPlace(chunk, offset: 0, line: 0))
            return LineCounts(lines: 1, malformed: 1)
        }
        var pass = Pass(chunk: chunk)
        // A byte order mark alone is no line.
        guard pass.first < pass.bytes.count else { return pass.counts }
        if chunk.segment == 0, chunk.offset == 0 {
            pass.counts.opening = ContentOpening(UnsafeRawBufferPointer(rebasing: pass.bytes[pass.first...]))
        }
        prefilter.fit(to: pass.bytes)
        if let chosen = prefilter.current {
            scanCandidates(&pass, chosen, &consumer)
        } else {
            scanEveryLine(&pass, &consumer)
        }
        prefilter.note(
            bytes: pass.bytes.count, candidates: pass.candidates, lines: pass.counts.lines, parsed: pass.counts.parsed)
        return pass.counts
    }

    // MARK: Every line

    private mutating func scanEveryLine<Consumer: EventConsumer>(_ pass: inout Pass, _ consumer: inout Consumer) {
        var start = pass.first
        let bytes = pass.bytes
        while start < bytes.count {
            pass.counts.lines += 1
            if bytes[start] == UInt8(ascii: "{"),
                let length = consumer.index(lineFrom: UnsafeRawBufferPointer(rebasing: bytes[start...]))
            {
                let line = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
                if LineShape.isClosed(line) {
                    pass.counts.parsed += 1
                    if let reason = consumer.consumeIndexed(line, at: start) {
                        refuseParsed(line, reason, at: start, &pass, &consumer)
                    }
                } else {
                    scan(line, at: start, &pass, &consumer)
                }
                start += length + 1
                if consumer.isStopped { return }
                continue
            }
            let end = LineBounds.end(of: start, in: bytes)
            scan(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), at: start, &pass, &consumer)
            if consumer.isStopped { return }
            start = end + 1
        }
    }

    private mutating func scan<Consumer: EventConsumer>(
        _ line: UnsafeRawBufferPointer, at start: Int, _ pass: inout Pass, _ consumer: inout Consumer
    ) {
        switch LineShape.of(line) {
        case .blank: pass.counts.blank += 1
        case .object: consume(line, at: start, &pass, &consumer)
        case .marked(let place): consume(line, from: place, at: start, &pass, &consumer)
        case .foreign: refuse(line, .notAnObject, at: start, &pass, &consumer)
        case .truncated: refuse(line, .truncated, at: start, &pass, &consumer)
        }
    }

    /// Accounts for a line that was found malformed when it was parsed. One that is handed on by chance, for what is looked for
    /// at present, counts as the event that it looks like: else counts would depend on who scans what.
    private mutating func refuseParsed<Consumer: EventConsumer>(
        _ line: UnsafeRawBufferPointer, _ reason: MalformedReason, at start: Int, _ pass: inout Pass,
        _ consumer: inout Consumer
    ) {
        if isNeeded(line) {
            refuse(line, reason, at: start, &pass, &consumer)
        } else {
            consumeBetweenZeros(line, at: start, &pass, &consumer)
        }
    }

    /// Whether every prefilter hands on a line.
    private func isNeeded(_ line: UnsafeRawBufferPointer) -> Bool { plan?.requires(line) ?? true }

    /// Accounts for a malformed line, and hands on what is whole between zeros in it.
    private mutating func refuse<Consumer: EventConsumer>(
        _ line: UnsafeRawBufferPointer, _ reason: MalformedReason, at start: Int, _ pass: inout Pass,
        _ consumer: inout Consumer
    ) {
        note(reason, line, at: start, &pass)
        consumeBetweenZeros(line, at: start, &pass, &consumer)
    }

    /// Hands on the objects that stand between zeros in a malformed line, which is accounted for. Zeros are left where a
    /// file was made long before it was written to, or cut off under its writer, or lost its end in a crash and was
    /// written on behind. No JSON holds one.
    private mutating func consumeBetweenZeros<Consumer: EventConsumer>(
        _ line: UnsafeRawBufferPointer, at start: Int, _ pass: inout Pass, _ consumer: inout Consumer
    ) {
        guard LineBounds.holdsZero(line) else { return }
        var begin = 0
        while begin < line.count, !consumer.isStopped {
            if line[begin] == 0 {
                begin += 1
                continue
            }
            let end = LineBounds.zero(from: begin, in: line) ?? line.count
            let piece = UnsafeRawBufferPointer(rebasing: line[begin..<end])
            let place: Int?
            switch LineShape.of(piece) {
            case .object: place = 0
            case .marked(let first): place = first
            case .blank, .foreign, .truncated: place = nil
            }
            if let place {
                pass.counts.parsed += 1
                let object = UnsafeRawBufferPointer(rebasing: piece[place...])
                if consumer.consume(object, at: start + begin + place) == nil, isNeeded(object) {
                    pass.counts.recovered += 1
                }
            }
            begin = end
        }
    }

    /// Hands on a line, or what of it is the object: from `place` on.
    @inline(__always)
    private mutating func consume<Consumer: EventConsumer>(
        _ line: UnsafeRawBufferPointer, from place: Int = 0, at start: Int, _ pass: inout Pass,
        _ consumer: inout Consumer
    ) {
        pass.counts.parsed += 1
        let object = UnsafeRawBufferPointer(rebasing: line[place...])
        if let reason = consumer.consume(object, at: start + place) {
            refuseParsed(line, reason, at: start, &pass, &consumer)
        }
    }

    private mutating func note(
        _ reason: MalformedReason, _ line: UnsafeRawBufferPointer, at start: Int, _ pass: inout Pass
    ) {
        pass.counts.malformed += 1
        var reason = reason
        if reason == .truncated, LineShape.endsWithComma(line) {
            reason = .commaBehind
            pass.counts.listed += 1
        }
        var place = ChunkPlace(pass.chunk, offset: start, line: 0)
        guard malformed.wants(place) else { return }
        place.line = pass.lineNumber(of: start)
        malformed.append(LineBounds.holdsZero(line) ? .zeros : reason, at: place)
    }

    // MARK: Candidates only

    private mutating func scanCandidates<Consumer: EventConsumer>(
        _ pass: inout Pass, _ prefilter: Prefilter, _ consumer: inout Consumer
    ) {
        let bytes = pass.bytes
        checkShape(from: pass.first, &pass)
        var start = pass.first
        // The end of the last line that was handed to the consumer, and of the last one that lacks the literals its keys need.
        var (consumed, refused) = (pass.first, pass.first)
        while start < bytes.count {
            let found = prefilter.target.scan(
                bytes, from: start, with: kernels, candidates: candidates, suspects: suspects)
            pass.counts.lines += Int(found.newlines)
            pass.candidates += Int(found.candidate_count)
            for index in 0..<found.suspect_count {
                let lineFeed = Int(suspects[index])
                // Lines of Windows' making end in a carriage return, too; between two objects that is no reason to look.
                if lineFeed >= 2, bytes[lineFeed - 1] == 0x0D, bytes[lineFeed - 2] == UInt8(ascii: "}"),
                    lineFeed + 1 == bytes.count || bytes[lineFeed + 1] == UInt8(ascii: "{")
                {
                    continue
                }
                if lineFeed >= pass.checked { checkShape(from: LineBounds.start(of: lineFeed, in: bytes), &pass) }
                if lineFeed + 1 < bytes.count { checkShape(from: lineFeed + 1, &pass) }
            }
            for index in 0..<found.candidate_count {
                let position = Int(candidates[index])
                guard position >= consumed, prefilter.verify(position, in: bytes) else { continue }
                let needsLiteral = prefilter.needsLiteral(behind: position, in: bytes)
                if needsLiteral, position < refused { continue }
                let lineStart = max(pass.first, LineBounds.start(of: position, in: bytes))
                let lineEnd = LineBounds.end(of: position, in: bytes)
                let line = UnsafeRawBufferPointer(rebasing: bytes[lineStart..<lineEnd])
                if needsLiteral, !prefilter.mayHoldLiteral(line) {
                    // Another of its keys may let it pass alone.
                    refused = lineEnd
                    continue
                }
                consumed = lineEnd
                guard prefilter.admits(behindKeys: line) else { continue }
                // Lines of another shape are accounted for at their ends.
                switch LineShape.of(line) {
                case .blank: continue
                case .object: consume(line, at: lineStart, &pass, &consumer)
                case .marked(let place): consume(line, from: place, at: lineStart, &pass, &consumer)
                case .foreign, .truncated: consumeBetweenZeros(line, at: lineStart, &pass, &consumer)
                }
                if consumer.isStopped { return uncount(consumed..<found.consumed, &pass) }
            }
            start = found.consumed
        }
        if bytes[bytes.count - 1] != 0x0A {
            pass.counts.lines += 1
            checkShape(from: LineBounds.start(of: bytes.count, in: bytes), &pass)
        }
    }

    /// Takes back what was counted behind the line that ends where the range begins, as nothing of it was searched.
    private mutating func uncount(_ range: Range<Int>, _ pass: inout Pass) {
        malformed.removeLines(of: pass.chunk, behind: range.lowerBound)
        var start = range.lowerBound + 1
        while start < range.upperBound {
            let end = LineBounds.end(of: start, in: pass.bytes)
            if end < range.upperBound { pass.counts.lines -= 1 }
            if start < pass.checked {
                let line = UnsafeRawBufferPointer(rebasing: pass.bytes[start..<end])
                let shape = LineShape.of(line)
                switch shape {
                case .blank: pass.counts.blank -= 1
                case .foreign, .truncated:
                    pass.counts.malformed -= 1
                    if shape == .truncated, LineShape.endsWithComma(line) { pass.counts.listed -= 1 }
                case .object, .marked: break
                }
            }
            start = end + 1
        }
    }

    /// Accounts for a line that does not look like an event; each line once, in ascending order.
    private mutating func checkShape(from start: Int, _ pass: inout Pass) {
        guard start >= pass.checked, start < pass.bytes.count else { return }
        let end = LineBounds.end(of: start, in: pass.bytes)
        pass.checked = end + 1
        let line = UnsafeRawBufferPointer(rebasing: pass.bytes[start..<end])
        switch LineShape.of(line) {
        case .blank: pass.counts.blank += 1
        case .foreign: note(.notAnObject, line, at: start, &pass)
        case .truncated: note(.truncated, line, at: start, &pass)
        case .object, .marked: break
        }
    }
}

/// One chunk while it is scanned.
private struct Pass {
    let chunk: Chunk
    let bytes: UnsafeRawBufferPointer
    /// Where the first line begins: behind a byte order mark.
    let first: Int
    var counts = LineCounts()
    /// Places that the kernel reported.
    var candidates = 0
    /// Lines that begin before this were looked at for their shape.
    var checked = 0
    private var numbering = LineNumbering()

    init(chunk: Chunk) {
        self.chunk = chunk
        bytes = chunk.bytes
        let isStart = chunk.offset == 0 && chunk.segment == 0
        first = isStart && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The number of the line that begins at `start`, from 0 in the chunk.
    mutating func lineNumber(of start: Int) -> Int { numbering.number(of: start, in: bytes) }
}
