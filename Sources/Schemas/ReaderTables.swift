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

    struct Location {
        var operation: FieldLocation.Operation
        var slot: Int32
        var second: Int32
        /// In the pool.
        var constant: Span
        var conditions: Span
    }

    struct Condition {
        var slot: Int32
        /// In `texts`, lower case.
        var texts: Span
        var acceptsObject: Bool
    }

    struct Variant {
        /// Alternatives: spans of conditions.
        var alternatives: Span
        var isSplunk: Bool
        var eventID: Span
        var channel: Span
        var provider: Span
        var time: Span
    }

    struct Source {
        var channels: Span
        var providers: Span
        var events: Span
        /// In `flags`: which variants it takes.
        var variants: Span
        var needsService: Bool
    }

    struct Field {
        var dataset: Int32
        /// In `spans`: its locations by source and variant.
        var locations: Span
    }

    // SAFETY: written in init only and never changed after, so that readers may share them; freed in deinit. Every span
    // was made by appending what it covers.
    let locations: UnsafeMutableBufferPointer<Location>
    let conditions: UnsafeMutableBufferPointer<Condition>
    let variants: UnsafeMutableBufferPointer<Variant>
    let sources: UnsafeMutableBufferPointer<Source>
    /// The sources of each dataset.
    let datasets: UnsafeMutableBufferPointer<Span>
    let fields: UnsafeMutableBufferPointer<Field>
    let spans: UnsafeMutableBufferPointer<Span>
    let flags: UnsafeMutableBufferPointer<Bool>
    /// Texts as spans of the pool.
    let texts: UnsafeMutableBufferPointer<Span>
    let pool: UnsafeMutableBufferPointer<UInt8>

    init(variants: [FieldMap.Variant], datasets: [FieldMap.DatasetGate], fields: [FieldMap.FieldTable]) {
        var builder = Builder()
        let variantRows = variants.map { variant in
            let alternatives = variant.conditions.map { builder.conditions($0) }
            return Variant(
                alternatives: builder.append(alternatives, to: \.spans), isSplunk: variant.isSplunk,
                eventID: builder.locations(variant.eventID), channel: builder.locations(variant.channel),
                provider: builder.locations(variant.provider), time: builder.locations(variant.time))
        }
        var sourceRows: [Source] = []
        var datasetRows: [Span] = []
        for dataset in datasets {
            datasetRows.append(Span(start: Int32(sourceRows.count), count: Int32(dataset.sources.count)))
            for source in dataset.sources {
                sourceRows.append(
                    Source(
                        channels: builder.texts(source.channels), providers: builder.texts(source.providers),
                        events: builder.texts(source.events), variants: builder.append(source.variants, to: \.flags),
                        needsService: source.needsService))
            }
        }
        let fieldRows = fields.map { field in
            let spans = field.locations.map { builder.locations($0) }
            return Field(dataset: Int32(field.dataset), locations: builder.append(spans, to: \.spans))
        }
        self.variants = Self.block(variantRows)
        sources = Self.block(sourceRows)
        self.datasets = Self.block(datasetRows)
        self.fields = Self.block(fieldRows)
        locations = Self.block(builder.locations)
        conditions = Self.block(builder.conditions)
        spans = Self.block(builder.spans)
        flags = Self.block(builder.flags)
        texts = Self.block(builder.texts)
        pool = Self.block(builder.pool)
    }

    deinit {
        locations.deallocate()
        conditions.deallocate()
        variants.deallocate()
        sources.deallocate()
        datasets.deallocate()
        fields.deallocate()
        spans.deallocate()
        flags.deallocate()
        texts.deallocate()
        pool.deallocate()
    }

    private static func block<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
        let block = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = block.initialize(from: elements)
        return block
    }

    private struct Builder {
        var locations: [Location] = []
        var conditions: [Condition] = []
        var spans: [Span] = []
        var flags: [Bool] = []
        var texts: [Span] = []
        var pool: [UInt8] = []

        mutating func append<Element>(_ elements: [Element], to table: WritableKeyPath<Builder, [Element]>) -> Span {
            let start = self[keyPath: table].count
            self[keyPath: table] += elements
            return Span(start: Int32(start), count: Int32(elements.count))
        }

        mutating func texts(_ all: [[UInt8]]) -> Span {
            let spans = all.map { append($0, to: \.pool) }
            return append(spans, to: \.texts)
        }

        mutating func conditions(_ all: [SlotCondition]) -> Span {
            let rows = all.map { condition in
                Condition(
                    slot: Int32(condition.slot), texts: texts(condition.texts), acceptsObject: condition.acceptsObject)
            }
            return append(rows, to: \.conditions)
        }

        mutating func locations(_ all: [FieldLocation]) -> Span {
            let rows = all.map { location in
                Location(
                    operation: location.operation, slot: Int32(location.slot), second: Int32(location.second),
                    constant: append(location.constant, to: \.pool), conditions: conditions(location.conditions))
            }
            return append(rows, to: \.locations)
        }
    }
}
