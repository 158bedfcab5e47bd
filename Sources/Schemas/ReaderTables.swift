import CKernels
import Events

/// A field map laid flat for readers: plain numbers and ranges in a few blocks, so that looking up a field touches no
/// reference count, which all workers would share.
final class ReaderTables: @unchecked Sendable {
    /// A range of another table.
    struct Span {
        var start: Int32 = 0
        var count: Int32 = 0

        @inline(__always) var indices: Range<Int> { Int(start)..<Int(start + count) }
    }

    struct Node {
        var operation: ExpressionNode.Operation
        var slot: Int32
        var second: Int32
        /// In `numbers`.
        var children: Span
        /// In the pool.
        var text: Span
        var other: Span
        /// In `patterns`, and in `texts` what stands for each.
        var patterns: Span
        var results: Span
        var conditions: Span
    }

    struct Pattern {
        /// In the pool, lower case, with its folds behind it.
        var text: Span
        /// Texts that follow it in this order, with anything between them.
        var pieces: Span
        var isOpenAtStart: Bool
        var isOpenAtEnd: Bool
    }

    struct Condition {
        /// -1 where the slot decides.
        var node: Int32
        var slot: Int32
        var texts: Span
        /// Whether an event without a value meets it.
        var isLenient: Bool
    }

    struct Variant {
        /// Alternatives: spans of conditions.
        var alternatives: Span
        var eventID: Int32
        var channel: Int32
        var gateChannel: Int32
        var provider: Int32
        var time: Int32
        var utcTime: Int32
        var readsMonthFirst: Bool
    }

    struct Service {
        var channels: Span
        var providers: Span
        var isLog: Bool
    }

    struct Source {
        var service: Int32
        /// EventIDs that are numbers, in `numbers`, and others, in `texts`.
        var numbers: Span
        var texts: Span
        /// In `gates`: one for each variant.
        var gates: Int32
    }

    /// What a source asks of the events of one variant.
    struct Gate {
        var isPossible: Bool
        /// Alternatives: spans of conditions. One must hold, where there are any.
        var alternatives: Span
        /// In `numbers`: slots of which one has a value wherever an alternative holds; none where there is no such list.
        var telling: Span
        /// Conditions that must all hold.
        var constraints: Span
    }

    struct Field {
        var dataset: Int32
        /// In `numbers`: where in `roots` its row begins, by source.
        var rows: Span
        /// Where in `roots` a row begins that needs no source where it has values; -1 where there is none.
        var own: Int32
    }

    // SAFETY: written in init only and never changed after, so that readers may share them; freed in deinit. Every span
    // was made by appending what it covers, and every node's children were numbered before it.
    let nodes: UnsafeMutableBufferPointer<Node>
    let conditions: UnsafeMutableBufferPointer<Condition>
    let variants: UnsafeMutableBufferPointer<Variant>
    let services: UnsafeMutableBufferPointer<Service>
    let sources: UnsafeMutableBufferPointer<Source>
    let gates: UnsafeMutableBufferPointer<Gate>
    /// The sources of each dataset.
    let datasets: UnsafeMutableBufferPointer<Span>
    /// For each dataset, another one that an event must be in, too; -1 for none.
    let conjuncts: UnsafeMutableBufferPointer<Int32>
    /// The kinds of events that add-ons tell apart, which nobody asks for as a dataset; -1 for none.
    let eventsDataset: Int
    let fields: UnsafeMutableBufferPointer<Field>
    /// The fields of each dataset, in `numbers`.
    let fieldsOfDatasets: UnsafeMutableBufferPointer<Span>
    /// Rows of nodes, one for each variant.
    let roots: UnsafeMutableBufferPointer<Int32>
    let spans: UnsafeMutableBufferPointer<Span>
    let numbers: UnsafeMutableBufferPointer<Int32>
    let patterns: UnsafeMutableBufferPointer<Pattern>
    /// Texts as spans of the pool; behind each that is compared without regard to case stand its folds.
    let texts: UnsafeMutableBufferPointer<Span>
    let pool: UnsafeMutableBufferPointer<UInt8>
    /// What a node that only tells whether something is there has for a text.
    let there: Span

    init(_ map: FieldMapBuilder) {
        var builder = Builder()
        let nodeRows = map.compiler.nodes.map { builder.node($0) }
        let variantRows = map.variants.map { variant in
            Variant(
                alternatives: builder.alternatives(variant.conditions), eventID: variant.eventID,
                channel: variant.channel, gateChannel: variant.gateChannel, provider: variant.provider,
                time: variant.time, utcTime: variant.utcTime, readsMonthFirst: variant.readsMonthFirst)
        }
        let serviceRows = map.services.map { service in
            Service(
                channels: builder.texts(service.channels), providers: builder.texts(service.providers),
                isLog: service.isLog)
        }
        var sourceRows: [Source] = []
        var gateRows: [Gate] = []
        var datasetRows: [Span] = []
        for dataset in map.datasets {
            datasetRows.append(Span(start: Int32(sourceRows.count), count: Int32(dataset.count)))
            for source in dataset {
                let numbers = source.events.compactMap(EventNumber.init)
                sourceRows.append(
                    Source(
                        service: source.service, numbers: builder.append(numbers.map(\.value), to: \.numbers),
                        texts: builder.texts(source.events.filter { EventNumber($0) == nil }),
                        gates: Int32(gateRows.count)))
                for variant in source.variants.indices {
                    gateRows.append(
                        Gate(
                            isPossible: source.variants[variant],
                            alternatives: builder.alternatives(source.conditions[variant]),
                            telling: builder.append(
                                map.compiler.tellingSlots(of: source.conditions[variant]), to: \.numbers),
                            constraints: builder.conditions(source.constraints[variant])))
                }
            }
        }
        let width = Int32(map.rows.width)
        let fieldRows = map.fields.map { field in
            Field(
                dataset: Int32(field.dataset), rows: builder.append(field.rows.map { $0 * width }, to: \.numbers),
                own: field.own.map { $0 * width } ?? -1)
        }
        var members = [[Int32]](repeating: [], count: map.datasets.count)
        for (index, field) in map.fields.enumerated() where field.dataset >= 0 {
            members[field.dataset].append(Int32(index))
        }
        let memberRows = members.map { builder.append($0, to: \.numbers) }
        there = builder.append(Array("true".utf8), to: \.pool)
        nodes = Self.block(nodeRows)
        variants = Self.block(variantRows)
        services = Self.block(serviceRows)
        sources = Self.block(sourceRows)
        gates = Self.block(gateRows)
        datasets = Self.block(datasetRows)
        conjuncts = Self.block(map.conjuncts)
        eventsDataset = map.eventsDataset
        fields = Self.block(fieldRows)
        fieldsOfDatasets = Self.block(memberRows)
        roots = Self.block(map.rows.nodes)
        conditions = Self.block(builder.conditions)
        spans = Self.block(builder.spans)
        numbers = Self.block(builder.numbers)
        patterns = Self.block(builder.patterns)
        texts = Self.block(builder.texts)
        pool = Self.block(builder.pool)
    }

    deinit {
        nodes.deallocate()
        conditions.deallocate()
        variants.deallocate()
        services.deallocate()
        sources.deallocate()
        gates.deallocate()
        datasets.deallocate()
        conjuncts.deallocate()
        fields.deallocate()
        fieldsOfDatasets.deallocate()
        roots.deallocate()
        spans.deallocate()
        numbers.deallocate()
        patterns.deallocate()
        texts.deallocate()
        pool.deallocate()
    }

    private static func block<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
        let block = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = block.initialize(from: elements)
        return block
    }

    /// The node of a field in events of a variant that are of a source; the source is 0 where the field asks for none.
    @inline(__always)
    func root(of field: Field, source: Int, variant: Int) -> Int32 {
        roots[Int(numbers[Int(field.rows.start) + source]) + variant]
    }

    @inline(__always)
    func bytes(_ span: Span) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(pool)[span.indices])
    }

    /// Whether a text is one in the pool that has folds, without regard to the case of ASCII letters.
    @inline(__always)
    func isEqual(_ text: UnsafeRawBufferPointer, _ folded: Span) -> Bool {
        text.count == Int(folded.count) && starts(text, folded)
    }

    /// The same, for the text's beginning.
    @inline(__always)
    func starts(_ text: UnsafeRawBufferPointer, _ folded: Span) -> Bool {
        guard text.count >= Int(folded.count) else { return false }
        guard let start = text.baseAddress, let pool = pool.baseAddress else { return folded.count == 0 }
        // SAFETY: as many bytes are read from the text as the folded one has, which is at most the text's length, and
        // from the pool those of the folded text and its folds.
        let wanted = UnsafeRawPointer(pool) + Int(folded.start)
        let count = Int(folded.count)
        var offset = 0
        while offset &+ 8 <= count {
            let word = start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let folds = wanted.loadUnaligned(fromByteOffset: count &+ offset, as: UInt64.self)
            if word | folds != wanted.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
            offset &+= 8
        }
        while offset < count {
            let byte = start.load(fromByteOffset: offset, as: UInt8.self)
            let fold = wanted.load(fromByteOffset: count &+ offset, as: UInt8.self)
            if byte | fold != wanted.load(fromByteOffset: offset, as: UInt8.self) { return false }
            offset &+= 1
        }
        return true
    }

    /// Whether a text matches a pattern, without regard to the case of ASCII letters.
    func matches(_ text: UnsafeRawBufferPointer, _ pattern: Pattern) -> Bool {
        let count = Int(pattern.text.count)
        guard text.count >= count else { return false }
        if pattern.pieces.count > 0 { return matchesPieces(text, pattern) }
        switch (pattern.isOpenAtStart, pattern.isOpenAtEnd) {
        case (false, false): return isEqual(text, pattern.text)
        case (false, true): return starts(text, pattern.text)
        case (true, false): return ends(text, pattern.text)
        case (true, true): return end(of: pattern.text, in: text) != nil
        }
    }

    private func matchesPieces(_ text: UnsafeRawBufferPointer, _ pattern: Pattern) -> Bool {
        var from = Int(pattern.text.count)
        if pattern.isOpenAtStart {
            guard let end = end(of: pattern.text, in: text) else { return false }
            from = end
        } else if !starts(text, pattern.text) {
            return false
        }
        for index in pattern.pieces.indices {
            let rest = UnsafeRawBufferPointer(rebasing: text[from...])
            if !pattern.isOpenAtEnd, index + 1 == pattern.pieces.indices.upperBound { return ends(rest, texts[index]) }
            guard let end = end(of: texts[index], in: rest) else { return false }
            from += end
        }
        return true
    }

    private func ends(_ text: UnsafeRawBufferPointer, _ folded: Span) -> Bool {
        let count = Int(folded.count)
        return text.count >= count && starts(UnsafeRawBufferPointer(rebasing: text[(text.count - count)...]), folded)
    }

    /// Where a text of the pool that occurs in another one ends there first.
    private func end(of folded: Span, in text: UnsafeRawBufferPointer) -> Int? {
        let count = Int(folded.count)
        guard count > 0 else { return 0 }
        guard let start = text.baseAddress, let pool = pool.baseAddress else { return nil }
        let wanted = pool + Int(folded.start)
        // SAFETY: the pool has as many folds behind the text. SIZE_MAX, for one that does not occur, is -1 here.
        let place = trawl_kernels_get().pointee.find_caseless(
            start.assumingMemoryBound(to: UInt8.self), text.count, wanted, wanted + count, count)
        return place < 0 ? nil : place + count
    }

    private struct Builder {
        var conditions: [Condition] = []
        var spans: [Span] = []
        var numbers: [Int32] = []
        var patterns: [Pattern] = []
        var texts: [Span] = []
        var pool: [UInt8] = []

        mutating func append<Element>(_ elements: [Element], to table: WritableKeyPath<Builder, [Element]>) -> Span {
            if elements.isEmpty { return Span() }
            let start = self[keyPath: table].count
            self[keyPath: table] += elements
            return Span(start: Int32(start), count: Int32(elements.count))
        }

        mutating func texts(_ all: [[UInt8]]) -> Span {
            let spans = all.map { folded($0) }
            return append(spans, to: \.texts)
        }

        /// A text with its folds behind it: 0x20 for each letter, 0 for any other byte.
        private mutating func folded(_ text: [UInt8]) -> Span {
            let span = append(text, to: \.pool)
            pool += text.map { $0 &- 0x61 < 26 ? 0x20 : 0 }
            return span
        }

        mutating func patterns(_ all: [TextPattern]) -> Span {
            let rows = all.map { pattern in
                Pattern(
                    text: folded(pattern.text), pieces: texts(pattern.pieces), isOpenAtStart: pattern.isOpenAtStart,
                    isOpenAtEnd: pattern.isOpenAtEnd)
            }
            return append(rows, to: \.patterns)
        }

        mutating func conditions(_ all: [NodeCondition]) -> Span {
            let rows = all.map { condition in
                Condition(
                    node: condition.node, slot: condition.slot, texts: patterns(condition.texts),
                    isLenient: condition.isLenient)
            }
            return append(rows, to: \.conditions)
        }

        mutating func alternatives(_ all: [[NodeCondition]]) -> Span {
            let spans = all.map { conditions($0) }
            return append(spans, to: \.spans)
        }

        mutating func node(_ node: ExpressionNode) -> Node {
            Node(
                operation: node.operation, slot: node.slot, second: node.second,
                children: append(node.children, to: \.numbers), text: append(node.text, to: \.pool),
                other: append(node.other, to: \.pool), patterns: patterns(node.patterns),
                results: append(node.results.map { append($0, to: \.pool) }, to: \.texts),
                conditions: conditions(node.conditions))
        }
    }
}

/// An EventID that is written as numbers are: equal ones have equal texts.
struct EventNumber {
    var value: Int32

    /// `nil` for what is no number, begins with a zero that could be left out, or is too large.
    init?(_ text: some Collection<UInt8>) {
        guard let first = text.first, text.count <= 9, first != UInt8(ascii: "0") || text.count == 1 else { return nil }
        var value: Int32 = 0
        for byte in text {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int32(byte - UInt8(ascii: "0"))
        }
        self.value = value
    }
}
