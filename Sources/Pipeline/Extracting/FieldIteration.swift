import Values

/// `foreach`: commands that run once for each of several fields, or for each value of one.
///
/// The commands hold placeholders where the template has `<<FIELD>>` and its like: single scalars from a private use area,
/// so that they may stand in any name and any text.
public struct FieldIteration: Hashable, Sendable {
    /// What the commands are run for.
    public enum Mode: Hashable, Sendable {
        /// Each field whose name one of these patterns matches.
        case fields([String])
        /// Each value of a multivalue field, or each member of a JSON array.
        case values(of: String, isArray: Bool)
    }

    /// Which fields or values there is a turn for.
    public var mode: Mode
    /// What is done at each turn, with placeholders for what it is about.
    public var body: [Command]

    /// - Parameter body: with placeholders where the template has tokens.
    public init(mode: Mode, body: [Command]) {
        self.mode = mode
        self.body = body
    }

    /// What a placeholder stands for.
    public enum Placeholder: UInt32, CaseIterable, Sendable {
        case field = 0xF5E0
        case match, segment1, segment2, segment3, item

        /// In a name that was not quoted, or in quotation marks.
        public var scalar: Unicode.Scalar { Unicode.Scalar(rawValue) ?? "?" }
        /// In a name that stood between single quotation marks, and so is never a number.
        public var quotedScalar: Unicode.Scalar { Unicode.Scalar(rawValue + 0x10) ?? "?" }
    }

    /// The body for a field and a value that stand for all: what can be checked before any row is there.
    public var sample: [Command] {
        body.map { $0.filled(Filling(field: "x", segments: ["x", "x", "x"])) }
    }

    /// Whether it goes over fields, and so is known command by command before any row.
    var isOverFields: Bool {
        if case .fields = mode { true } else { false }
    }

    /// The most commands that one `foreach` becomes: of several in a row each may make columns for the next.
    private static let largestExpansion = 50_000

    /// - Throws: `PipelineError` where ``commands(for:)`` would give too many.
    func checkSize(over columns: [String]) throws(PipelineError) {
        guard case .fields(let names) = mode else { return }
        let count = names.reduce(0) { count, name in
            let pattern = FieldPattern(name)
            return count + (pattern.wildcards == 0 ? 1 : columns.count(where: pattern.matches)) * body.count
        }
        guard count <= Self.largestExpansion else {
            throw .unsupported(word: "foreach", reason: "it would run more than \(Self.largestExpansion) commands")
        }
    }

    /// The commands for the fields that match among these columns, one field after the other.
    func commands(for columns: [String]) -> [Command] {
        guard case .fields(let names) = mode else { return [] }
        var found: [Command] = []
        for name in names {
            let pattern = FieldPattern(name)
            let matching = pattern.wildcards == 0 ? [name] : columns.filter(pattern.matches)
            for column in matching {
                let filling = Filling(field: column, segments: pattern.captures(column) ?? [])
                found += body.map { $0.filled(filling) }
            }
        }
        return found
    }

    /// The fields that the body reads, under their own names: those with a placeholder are left out.
    var plainFields: Set<String> {
        var fields: Set<String> = []
        for command in body {
            if case .evaluate(let assignments) = command {
                for assignment in assignments { fields.formUnion(assignment.expression.fields) }
            } else if case .filter(let expression) = command {
                fields.formUnion(expression.fields)
            }
        }
        return fields.filter { !Self.holdsPlaceholder($0) }
    }

    static func holdsPlaceholder(_ text: String) -> Bool {
        text.unicodeScalars.contains {
            (Placeholder.field.rawValue...Placeholder.item.rawValue + 0x10).contains($0.value)
        }
    }

    /// What the placeholders become for one field.
    struct Filling {
        private var texts: [Unicode.Scalar: String] = [:]

        init(field: String, segments: [String]) {
            let values: [(Placeholder, String)] = [
                (.field, field), (.match, segments.joined()), (.segment1, segments.first ?? ""),
                (.segment2, segments.dropFirst().first ?? ""), (.segment3, segments.dropFirst(2).first ?? ""),
            ]
            for (placeholder, text) in values {
                texts[placeholder.scalar] = text
                texts[placeholder.quotedScalar] = text
            }
        }

        func filled(_ text: String) -> String {
            guard holdsPlaceholder(text) else { return text }
            var result = ""
            for scalar in text.unicodeScalars {
                if let filling = texts[scalar] { result += filling } else { result.unicodeScalars.append(scalar) }
            }
            return result
        }

        func filled(_ text: Text) -> Text {
            // Only what is UTF-8 can hold a placeholder; anything else stays byte for byte.
            guard let string = String(validating: text.bytes, as: UTF8.self), holdsPlaceholder(string) else {
                return text
            }
            return Text(filled(string))
        }
    }
}

extension Command {
    /// The command with its placeholders filled in. Commands that `foreach` does not take are as they were.
    fileprivate func filled(_ filling: FieldIteration.Filling) -> Command {
        switch self {
        case .evaluate(let assignments):
            .evaluate(
                assignments.map {
                    Assignment(column: filling.filled($0.column), expression: $0.expression.filled(filling))
                })
        case .filter(let expression): .filter(expression.filled(filling))
        case .rename(let renamings):
            .rename(renamings.map { Renaming(from: filling.filled($0.from), to: filling.filled($0.to)) })
        case .convert(let conversion):
            .convert(
                Conversion(
                    timeFormat: conversion.timeFormat,
                    calls: conversion.calls.map { call in
                        Conversion.Call(
                            function: call.function, field: filling.filled(call.field),
                            column: call.column.map(filling.filled))
                    }))
        case .fields(let keep, let names): .fields(keep: keep, names.map(filling.filled))
        case .extract(let extraction): .extract(extraction.filled(filling))
        default: self
        }
    }

    /// Whether `foreach` can run the command for each field.
    public var runsForEachField: Bool {
        switch self {
        case .evaluate, .filter, .rename, .convert, .fields: return !isDeferred
        case .extract(let extraction):
            switch extraction {
            case .pattern, .substitution, .condition, .replacement, .filling, .splitting, .joining, .concatenation:
                return true
            case .path, .pairs, .computedName, .iteration, .total, .searchInformation: return false
            }
        default: return false
        }
    }
}

extension Extraction {
    fileprivate func filled(_ filling: FieldIteration.Filling) -> Extraction {
        switch self {
        case .pattern(var extraction):
            extraction.field = filling.filled(extraction.field)
            extraction.pattern = filling.filled(extraction.pattern)
            extraction.offsetField = extraction.offsetField.map(filling.filled)
            return .pattern(extraction)
        case .substitution(let field, let script): return .substitution(field: filling.filled(field), script)
        case .condition(var condition):
            condition.field = filling.filled(condition.field)
            condition.pattern = filling.filled(condition.pattern)
            return .condition(condition)
        case .replacement(var replacement):
            replacement.fields = replacement.fields.map(filling.filled)
            replacement.rules = replacement.rules.map {
                ValueReplacement.Rule(pattern: filling.filled($0.pattern), replacement: filling.filled($0.replacement))
            }
            return .replacement(replacement)
        case .filling(let value, let fields, let exceptions):
            return .filling(value: filling.filled(value), fields: fields.map(filling.filled), except: exceptions)
        case .splitting(var splitting):
            splitting.field = filling.filled(splitting.field)
            return .splitting(splitting)
        case .joining(let field, let delimiter):
            return .joining(field: filling.filled(field), delimiter: delimiter)
        case .concatenation(var concatenation):
            concatenation.column = filling.filled(concatenation.column)
            concatenation.parts = concatenation.parts.map { part in
                switch part {
                case .field(let name): .field(filling.filled(name))
                case .text(let text): .text(filling.filled(text))
                }
            }
            return .concatenation(concatenation)
        case .path, .pairs, .computedName, .iteration, .total, .searchInformation: return self
        }
    }
}

extension Expression {
    /// A name without quotation marks that becomes a number is that number.
    fileprivate func filled(_ filling: FieldIteration.Filling) -> Expression {
        switch self {
        case .literal(.text(let text)): return .literal(.text(filling.filled(text)))
        case .literal: return self
        case .field(let name):
            let filled = filling.filled(name)
            let first = FieldIteration.Placeholder.field.rawValue
            let isBare = name.unicodeScalars.contains { $0.value >= first && $0.value < first + 0x10 }
            if isBare, filled != name, let number = NumberText.parse(Array(filled.utf8)) {
                return .literal(.number(number))
            }
            return .field(filled)
        case .dotted(let name): return .dotted(filling.filled(name))
        case .not(let inner): return .not(inner.filled(filling))
        case .negate(let inner): return .negate(inner.filled(filling))
        case .binary(let symbol, let left, let right):
            return .binary(symbol, left.filled(filling), right.filled(filling))
        case .call(let function, let arguments): return .call(function, arguments.map { $0.filled(filling) })
        case .search(let predicate): return .search(predicate.map { filling.filled($0) })
        case .subsearch: return self
        }
    }
}
