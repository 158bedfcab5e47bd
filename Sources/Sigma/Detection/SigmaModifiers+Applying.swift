extension SigmaModifiers {
    /// The names of the specification.
    enum Modifier: Hashable {
        case transformation(Transformation)
        case all, cased, negated, expand
        case expression, expressionFlag
        case network, exists, fieldReference
        case comparison(Comparison)
        case timePart(Part)
    }

    static let known: [String: Modifier] = [
        "contains": .transformation(.contains), "startswith": .transformation(.startsWith),
        "endswith": .transformation(.endsWith), "base64": .transformation(.base64),
        "base64offset": .transformation(.base64Offset), "wide": .transformation(.utf16(.littleEndian)),
        "utf16le": .transformation(.utf16(.littleEndian)), "utf16be": .transformation(.utf16(.bigEndian)),
        "utf16": .transformation(.utf16(.marked)), "windash": .transformation(.windowsDash),
        "all": .all, "cased": .cased, "neq": .negated, "expand": .expand,
        "re": .expression, "i": .expressionFlag, "m": .expressionFlag, "s": .expressionFlag,
        "ignorecase": .expressionFlag, "multiline": .expressionFlag, "dotall": .expressionFlag,
        "cidr": .network, "exists": .exists, "fieldref": .fieldReference,
        "lt": .comparison(.less), "lte": .comparison(.lessOrEqual), "gt": .comparison(.greater),
        "gte": .comparison(.greaterOrEqual),
        "minute": .timePart(.minute), "hour": .timePart(.hour), "day": .timePart(.day), "week": .timePart(.week),
        "month": .timePart(.month), "year": .timePart(.year),
    ]

    /// Adds one modifier to those before it.
    mutating func apply(_ modifier: Modifier, name: String) throws(Refusal) {
        if kind == .exists {
            throw Refusal(reason: "the modifier exists takes no other one; leave \(name) out")
        }
        switch modifier {
        case .all: isAll = true
        case .expand: expandsPlaceholders = true
        case .negated:
            switch kind {
            case .number, .timePart(_, .some):
                throw Refusal(reason: "neq does not go with an order; leave one of them out")
            default: isNegated = true
            }
        case .cased:
            switch kind {
            case .text, .fieldReference: isCaseSensitive = true
            case .expression:
                throw Refusal(reason: "cased does not go with re, which heeds case unless the flag i follows it")
            default: throw mismatch(name)
            }
        case .expressionFlag: try setFlag(name)
        case .transformation(let transformation): try add(transformation, name: name)
        case .expression:
            try becomeFirst(name)
            kind = .expression(ignoresCase: false, matchesLines: false, dotMatchesLineEnds: false)
        case .network:
            try becomeFirst(name)
            kind = .network
        case .fieldReference:
            guard kind == .text, transformations.isEmpty else { throw order(name) }
            kind = .fieldReference(.whole)
        case .exists:
            guard self == SigmaModifiers() else {
                throw Refusal(reason: "the modifier exists takes no other one")
            }
            kind = .exists
        case .comparison(let comparison): try compare(comparison, name: name)
        case .timePart(let part):
            if case .number = kind { throw Refusal(reason: "\(name) has to stand before the order") }
            try becomeFirst(name)
            kind = .timePart(part, nil)
        }
    }

    private mutating func setFlag(_ name: String) throws(Refusal) {
        guard case .expression(var ignoresCase, var matchesLines, var dotMatchesLineEnds) = kind else {
            throw Refusal(reason: "the flag \(name) has to follow re")
        }
        switch name {
        case "i", "ignorecase": ignoresCase = true
        case "m", "multiline": matchesLines = true
        default: dotMatchesLineEnds = true
        }
        kind = .expression(
            ignoresCase: ignoresCase, matchesLines: matchesLines, dotMatchesLineEnds: dotMatchesLineEnds)
    }

    private mutating func add(_ transformation: Transformation, name: String) throws(Refusal) {
        if case .fieldReference(let anchoring) = kind {
            switch (transformation, anchoring) {
            case (.contains, _), (.startsWith, .end), (.endsWith, .start): kind = .fieldReference(.anywhere)
            case (.startsWith, .whole): kind = .fieldReference(.start)
            case (.endsWith, .whole): kind = .fieldReference(.end)
            case (.startsWith, _), (.endsWith, _): break
            default: throw mismatch(name)
            }
            return
        }
        if case .expression = kind, [.contains, .startsWith, .endsWith].contains(transformation) {
            transformations.append(transformation)
            return
        }
        guard kind == .text else { throw mismatch(name) }
        let isOpen = transformations.contains { [.contains, .startsWith, .endsWith].contains($0) }
        let isEncoded = transformations.contains { [.base64, .base64Offset].contains($0) }
        switch transformation {
        case .contains, .startsWith, .endsWith: break
        case .base64, .base64Offset:
            if isOpen { throw Refusal(reason: "\(name) has to stand before contains, startswith and endswith") }
            if isEncoded { throw Refusal(reason: "\(name) does not go with another Base64 modifier") }
        case .utf16:
            if isEncoded { throw Refusal(reason: "\(name) has to stand before the Base64 modifier") }
            if transformations.contains(where: \.isUTF16) {
                throw Refusal(reason: "\(name) does not go with another UTF-16 modifier")
            }
        case .windowsDash:
            if isEncoded || transformations.contains(where: \.isUTF16) {
                throw Refusal(reason: "windash has to stand before what encodes the text")
            }
        }
        transformations.append(transformation)
    }

    private mutating func compare(_ comparison: Comparison, name: String) throws(Refusal) {
        if isNegated { throw Refusal(reason: "\(name) does not go with neq; leave one of them out") }
        if case .timePart(let part, nil) = kind {
            kind = .timePart(part, comparison)
        } else {
            try becomeFirst(name)
            kind = .number(comparison)
        }
    }

    /// For a modifier that takes the values as they are written.
    private func becomeFirst(_ name: String) throws(Refusal) {
        guard kind == .text else { throw mismatch(name) }
        guard transformations.isEmpty, !isCaseSensitive else { throw order(name) }
    }

    private func order(_ name: String) -> Refusal {
        Refusal(reason: "\(name) takes values as they are written; no modifier that changes them may stand before it")
    }

    private func mismatch(_ name: String) -> Refusal {
        switch kind {
        case .text: Refusal(reason: "\(name) does not go with the modifiers before it")
        case .expression: Refusal(reason: "\(name) does not go with re; write it into the regular expression")
        case .network: Refusal(reason: "\(name) does not go with cidr")
        case .number: Refusal(reason: "\(name) does not go with an order of numbers")
        case .timePart(let part, _): Refusal(reason: "\(name) does not go with \(part.rawValue)")
        case .exists: Refusal(reason: "\(name) does not go with exists")
        case .fieldReference: Refusal(reason: "\(name) does not go with fieldref")
        }
    }
}

extension SigmaModifiers.Transformation {
    var isUTF16: Bool {
        if case .utf16 = self { return true }
        return false
    }
}
