import Values

extension Expression {
    /// The numbers of the subsearches that it waits for.
    public var subsearchNumbers: [Int] {
        switch self {
        case .literal, .field, .dotted, .search: []
        case .subsearch(let number): [number]
        case .not(let inner), .negate(let inner): inner.subsearchNumbers
        case .binary(_, let left, let right): left.subsearchNumbers + right.subsearchNumbers
        case .call(_, let arguments): arguments.flatMap(\.subsearchNumbers)
        }
    }

    /// The expression with what its subsearches give in their place: as text, a condition or a value; in the list of `IN`, the
    /// values of their rows.
    ///
    /// - Throws: ``PipelineError/awaits`` while one of them is not known.
    func resolved(
        with subsearches: [Subsearch], in environment: PipelineEnvironment, asCondition: Bool
    ) throws(PipelineError) -> Expression {
        func inner(_ part: Expression, _ asCondition: Bool) throws(PipelineError) -> Expression {
            try part.resolved(with: subsearches, in: environment, asCondition: asCondition)
        }
        switch self {
        case .literal, .field, .dotted, .search: return self
        case .not(let part): return .not(try inner(part, true))
        case .negate(let part): return .negate(try inner(part, false))
        case .binary(let symbol, let left, let right):
            let joinsConditions = [.and, .or, .xor].contains(symbol)
            return .binary(symbol, try inner(left, joinsConditions), try inner(right, joinsConditions))
        case .call(.inList, let arguments):
            var resolved: [Expression] = []
            for (place, argument) in arguments.enumerated() {
                guard place > 0, case .subsearch(let number) = argument else {
                    resolved.append(try inner(argument, false))
                    continue
                }
                resolved += try Self.listed(rows(number, of: subsearches, in: environment), in: environment)
            }
            // No value is in an empty list, and a list has to have one to be evaluated.
            return .call(.inList, resolved.count == 1 ? resolved + [.call(.null, [])] : resolved)
        case .call(let function, let arguments):
            var resolved: [Expression] = []
            for (place, argument) in arguments.enumerated() {
                resolved.append(try inner(argument, function.argumentRule.kind(at: place) == .condition))
            }
            return .call(function, resolved)
        case .subsearch(let number):
            let rows = try rows(number, of: subsearches, in: environment)
            return try asCondition ? Self.condition(rows, in: environment) : Self.value(rows, in: environment)
        }
    }

    private func rows(
        _ number: Int, of subsearches: [Subsearch], in environment: PipelineEnvironment
    ) throws(PipelineError) -> RowSet {
        guard number < subsearches.count else { return RowSet() }
        return try environment.rows(of: subsearches[number], limit: environment.limits.condition, for: "the condition")
    }

    /// One of the rows, all of whose values a row must have; a column `search` or `query` holds expressions. No rows: never.
    private static func condition(
        _ rows: RowSet, in environment: PipelineEnvironment
    ) throws(PipelineError) -> Expression {
        var alternatives: [Expression] = []
        for row in rows.rows {
            var terms: [Expression] = []
            for (column, name) in rows.columns.enumerated() where !name.hasPrefix("_") && !row[column].isMissing {
                if name == "search" || name == "query" {
                    for text in row[column].texts {
                        let isNothing = text == Text(RowFormat.nothing)
                        terms.append(isNothing ? .call(.alwaysFalse, []) : try environment.expression(text))
                    }
                } else {
                    terms.append(.call(.inList, [.field(name)] + row[column].texts.map { .literal(.text($0)) }))
                }
            }
            if let all = joined(terms[...], by: .and) { alternatives.append(all) }
        }
        return joined(alternatives[...], by: .or) ?? .call(.alwaysFalse, [])
    }

    /// The one expression that the rows hold as `search` or `query`, which `return $field` gives; text where it is none. No rows:
    /// null.
    private static func value(_ rows: RowSet, in environment: PipelineEnvironment) throws(PipelineError) -> Expression {
        let texts = rows.rows.flatMap { row in
            rows.columns.indices.filter { ["search", "query"].contains(rows.columns[$0]) }.flatMap { row[$0].texts }
        }
        guard texts.count <= 1, texts.count == 1 || rows.rows.isEmpty else {
            throw .unsupported(
                word: "subsearch", reason: "it gives no single value: have it end with return $ and the field")
        }
        guard let text = texts.first else { return .call(.null, []) }
        guard let expression = try? environment.expression(text) else { return .literal(.text(text)) }
        // Values are in quotation marks there, those that are numbers, too.
        if case .literal(.text(let value)) = expression, let number = NumberText.parse(value),
            NumberText.text(number) == value
        {
            return .literal(.number(number))
        }
        return expression
    }

    /// The values of the rows; what a column `search` or `query` holds is a list of its own.
    private static func listed(_ rows: RowSet, in environment: PipelineEnvironment) throws(PipelineError)
        -> [Expression]
    {
        var values: [Expression] = []
        for row in rows.rows {
            for (column, name) in rows.columns.enumerated() where !name.hasPrefix("_") {
                guard name == "search" || name == "query" else {
                    values += row[column].texts.map { .literal(.text($0)) }
                    continue
                }
                for text in row[column].texts {
                    let list = Text(bytes: Array("x IN (".utf8) + text.bytes + [UInt8(ascii: ")")])
                    if case .call(.inList, let parts) = try environment.expression(list) { values += parts.dropFirst() }
                }
            }
        }
        return values
    }

    /// Halves of halves: what is evaluated part by part must not nest as deep as there are rows.
    private static func joined(_ parts: ArraySlice<Expression>, by symbol: BinaryOperator) -> Expression? {
        guard parts.count > 1 else { return parts.first }
        let middle = parts.startIndex + parts.count / 2
        guard let left = joined(parts[..<middle], by: symbol), let right = joined(parts[middle...], by: symbol) else {
            return nil
        }
        return .binary(symbol, left, right)
    }
}

extension Command {
    /// The command with what the subsearches give that its conditions and values wait for.
    /// - Throws: ``PipelineError/awaits`` while one of them is not known.
    func resolved(with subsearches: [Subsearch], in environment: PipelineEnvironment) throws(PipelineError) -> Command {
        guard isDeferred else { return self }
        switch self {
        case .search(let predicate): return .search(try predicate.resolved(with: subsearches, in: environment))
        case .filter(let expression):
            return .filter(try expression.resolved(with: subsearches, in: environment, asCondition: true))
        case .evaluate(var assignments):
            for place in assignments.indices {
                assignments[place].expression = try assignments[place].expression.resolved(
                    with: subsearches, in: environment, asCondition: false)
            }
            return .evaluate(assignments)
        default: return self
        }
    }
}
