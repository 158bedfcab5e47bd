import Matching
import Values

/// An ``Extraction`` with its names resolved to columns and its patterns compiled.
struct ExtractionStep: Sendable {
    private let action: Action
    /// How many columns the rows have behind the step.
    private let width: Int

    private enum Action: Sendable {
        case pattern(PatternExtractor)
        case substitution(source: Int, SedEditor)
        case condition(source: Int, CompiledPattern, isInverted: Bool)
        case replacement(columns: [Int], ValueReplacer)
        case filling(value: Value, columns: [Int])
        case splitting(source: Int, ValueSplitter)
        case joining(source: Int, delimiter: [UInt8])
        case concatenation([ConcatenatedPart], target: Int, needsAll: Bool)
        case path(source: Int, PathExtraction.Path, target: Int, otherwise: Value)
        case pairs(source: Int, PairReader, columns: ColumnIndex)
        case computedName(ComputedName, columns: ColumnIndex)
        case items(ItemIteration)
        case total(columns: [Int], target: Int)
        case searchInformation(columns: [Int])
    }

    private enum ConcatenatedPart: Sendable {
        case column(Int)
        case text([UInt8])
    }

    /// Adds the columns that are new. What ``Extraction/makesUnknownColumns`` says makes none here: it only fills those
    /// that are there or ``PairExtraction/known``.
    ///
    /// - Throws: `PipelineError` for a pattern that does not compile, or an expression that is none.
    init(_ extraction: Extraction, layout: inout ColumnLayout, context: EvaluationContext) throws(PipelineError) {
        action = try Self.action(for: extraction, layout: &layout, context: context)
        width = layout.index.names.count
    }

    private static func action(
        for extraction: Extraction, layout: inout ColumnLayout, context: EvaluationContext
    ) throws(PipelineError) -> Action {
        switch extraction {
        case .pattern(let extraction):
            return .pattern(try PatternExtractor(extraction, layout: &layout, counting: context.limits))
        case .substitution(let field, let script):
            return .substitution(
                source: layout.index[field] ?? -1, try SedEditor(script, counting: context.limits))
        case .condition(let condition):
            return .condition(
                source: layout.index[condition.field] ?? -1,
                try CompiledPattern(condition.pattern.bytes, counting: context.limits),
                isInverted: condition.isInverted)
        case .replacement(let replacement):
            return .replacement(columns: columns(replacement.fields, layout), ValueReplacer(replacement.rules))
        case .filling(let value, let fields, let exceptions):
            // A field that no row has is filled, too, if it is named.
            for name in fields where !name.contains("*") { _ = layout.index.number(of: name) }
            let exceptions = exceptions.map { layout.index[$0] }
            return .filling(
                value: .text(value),
                columns: columns(fields, layout).filter { !exceptions.contains($0) })
        case .splitting(let splitting):
            return .splitting(
                source: layout.index[splitting.field] ?? -1,
                try ValueSplitter(splitting, counting: context.limits))
        case .joining(let field, let delimiter):
            return .joining(source: layout.index[field] ?? -1, delimiter: delimiter?.bytes ?? [0x0A])
        case .concatenation(let concatenation):
            let parts = concatenation.parts.map { part -> ConcatenatedPart in
                switch part {
                case .field(let name): .column(layout.index[name] ?? -1)
                case .text(let text): .text(text.bytes)
                }
            }
            return .concatenation(
                parts, target: layout.index.number(of: concatenation.column), needsAll: concatenation.needsAll)
        case .path(let extraction):
            return .path(
                source: layout.index[extraction.field] ?? -1, extraction.path,
                target: layout.index.number(of: extraction.column),
                otherwise: extraction.otherwise.map(Value.text) ?? .missing)
        case .pairs(let extraction):
            let source = layout.index[extraction.field] ?? -1
            for name in extraction.known ?? [] { _ = layout.index.number(of: name) }
            return .pairs(source: source, PairReader(extraction.form), columns: layout.index)
        case .computedName(let assignment):
            let name = try ComputedName(assignment, columns: layout.index, context: context)
            for name in assignment.known ?? [] { _ = layout.index.number(of: name) }
            return .computedName(name, columns: layout.index)
        case .iteration(let iteration): return .items(try ItemIteration(iteration, layout: &layout, context: context))
        case .total(let total):
            let columns = columns(total.fields, layout)
            let target = layout.index.number(of: total.column)
            return .total(columns: columns.filter { $0 != target }, target: target)
        case .searchInformation:
            return .searchInformation(columns: SearchInformation.columns.map { layout.index.number(of: $0) })
        }
    }

    /// The columns that patterns name, each once; without patterns all but the internal ones.
    private static func columns(_ patterns: [String], _ layout: ColumnLayout) -> [Int] {
        let patterns = patterns.isEmpty ? [FieldPattern("*")] : patterns.map(FieldPattern.init)
        return layout.index.names.indices.filter { number in
            patterns.contains { $0.matches(layout.index.names[number]) }
        }
    }

    /// Whether the command drops rows.
    var isCondition: Bool {
        if case .condition = action { true } else { false }
    }

    /// Changes the row; false where the command drops it.
    func apply(to row: inout [Value], context: EvaluationContext) -> Bool {
        row.pad(to: width)
        switch action {
        case .pattern(let extractor): extractor.apply(to: &row, context.limits)
        case .substitution(let source, let editor):
            if source >= 0 { row[source] = editor.edited(row[source], context.limits) }
        case .condition(let source, let pattern, let isInverted):
            let texts = source < 0 ? [] : row[source].texts
            let outcomes = texts.map { pattern.matches($0.bytes) }
            if outcomes.contains(true) { return !isInverted }
            // What was given up might match: neither way is the row kept for it.
            return isInverted && !outcomes.contains(nil)
        case .replacement(let columns, let replacer):
            for column in columns where !row[column].isMissing {
                row[column] = context.limits.bounded(replacer.replaced(row[column]))
            }
        case .filling(let value, let columns):
            for column in columns where row[column].isMissing { row[column] = value }
        case .splitting(let source, let splitter):
            if source >= 0 { row[source] = context.limits.bounded(splitter.split(row[source])) }
        case .joining(let source, let delimiter):
            if source >= 0, case .multivalue(let texts) = row[source] {
                row[source] = context.limits.joined(texts, by: delimiter).map { Value.text($0) } ?? .missing
            }
        case .concatenation(let parts, let target, let needsAll):
            if let joined = Self.joined(parts, of: row, needsAll: needsAll, context.limits) { row[target] = joined }
        case .path(let source, let path, let target, let otherwise):
            let texts = source < 0 ? [] : row[source].texts
            let found = texts.flatMap { path.texts(in: $0.bytes) }.filter { !$0.isEmpty }
            if found.isEmpty {
                if !otherwise.isMissing { row[target] = otherwise }
            } else {
                row[target] = context.limits.bounded(found.count == 1 ? .text(found[0]) : .multivalue(found))
            }
        case .pairs(let source, let reader, let columns):
            guard source >= 0 else { return true }
            for (column, value) in reader.values(in: row[source], column: { columns[$0] }) {
                row[column] = context.limits.bounded(value)
            }
        case .computedName(let name, let columns):
            if let (name, value) = name.assignment(for: row, context: context), let column = columns[name] {
                row[column] = value
            }
        case .items(let iteration): iteration.apply(to: &row, context: context)
        case .total(let columns, let target):
            let total = columns.reduce(0) { $0 + (row[$1].singleNumber ?? 0) }
            row[target] = total.isFinite ? .number(total) : .missing
        case .searchInformation(let columns):
            for (column, value) in zip(columns, SearchInformation.values(context)) { row[column] = value }
        }
        return true
    }

    private static func joined(
        _ parts: [ConcatenatedPart], of row: [Value], needsAll: Bool, _ limits: EvaluationLimits
    ) -> Value? {
        var bytes: [UInt8] = []
        var hasField = false
        for part in parts {
            switch part {
            case .text(let text): bytes += text
            case .column(let column):
                let texts = column < 0 ? [] : row[column].texts
                if texts.isEmpty, needsAll { return nil }
                hasField = hasField || !texts.isEmpty
                guard let text = limits.joined(texts, by: [UInt8(ascii: " ")]) else { return .missing }
                bytes += text.bytes
            }
            guard limits.allows(bytes: bytes.count) else { return .missing }
        }
        return bytes.isEmpty && !hasField ? .missing : .text(Text(bytes: bytes))
    }
}

extension PathExtraction.Path {
    fileprivate func texts(in text: [UInt8]) -> [Text] {
        switch self {
        case .data(let path): path.texts(in: text)
        case .xml(let path): path.texts(in: text)
        }
    }
}

/// What `addinfo` adds: the time bounds and the time of the search, in seconds from the epoch.
enum SearchInformation {
    static let columns = ["info_min_time", "info_max_time", "info_search_time", "info_sid"]

    static func values(_ context: EvaluationContext) -> [Value] {
        [
            context.earliest.map { .number(EpochText.seconds($0)) } ?? .text("0.000"),
            context.latest.map { .number(EpochText.seconds($0)) } ?? .text("+Infinity"),
            .number(EpochText.seconds(context.now)), .text("trawl"),
        ]
    }
}
