/// How often bytes and pairs of neighbouring bytes occur in telemetry, upper and lower case as one.
///
/// It only orders choices: which literal to look for, which bytes of it first. A wrong figure costs time, never a finding.
public struct ByteStatistics: Sendable {
    /// For each of 128 bytes the share of all bytes.
    private let bytes: [Float]
    /// For each of 128 × 128 pairs the share of all pairs.
    private let pairs: [Float]

    /// Measured on 290 MB taken evenly from 1.2 GB of Windows event logs as JSON lines.
    public static let telemetry = ByteStatistics(
        bytes: TelemetryFrequencies.bytes, pairs: TelemetryFrequencies.pairs)

    /// What a byte outside the table is taken to occur with: control bytes and non-ASCII are rare in telemetry.
    private static let rare: Float = 1e-7

    private init(bytes: StaticString, pairs: StaticString) {
        var shares = [Float](repeating: ByteStatistics.rare, count: 128)
        var pairShares = [Float](repeating: ByteStatistics.rare * 0.01, count: 128 * 128)
        let symbols = TelemetryFrequencies.symbols
        let byteLevels = ByteStatistics.levels(bytes)
        let pairLevels = ByteStatistics.levels(pairs)
        for (row, first) in symbols.enumerated() {
            shares[Int(first)] = ByteStatistics.share(byteLevels[row])
            for (column, second) in symbols.enumerated() {
                pairShares[Int(first) << 7 | Int(second)] = ByteStatistics.share(
                    pairLevels[row * symbols.count + column])
            }
        }
        self.bytes = shares
        self.pairs = pairShares
    }

    private static func levels(_ text: StaticString) -> [UInt8] {
        text.withUTF8Buffer { $0.filter { $0 > 0x20 } }
    }

    /// A level counts half powers of two: `0` is a share of 1, `2` (two steps on) a half, and so on through `0-9A-Za-z`.
    private static func share(_ level: UInt8) -> Float {
        let steps: UInt8
        switch level {
        case 0x30...0x39: steps = level - 0x30
        case 0x41...0x5A: steps = level - 0x41 + 10
        default: steps = level - 0x61 + 36
        }
        var share: Float = steps % 2 == 0 ? 1 : 0.70710678
        for _ in 0..<(steps / 2) { share /= 2 }
        return share
    }

    /// The share of all bytes that are this one, in either case.
    func probability(of byte: UInt8) -> Float {
        let folded = CaseFolding.folded(byte)
        return folded < 0x80 ? bytes[Int(folded)] : ByteStatistics.rare
    }

    /// The share of places where the two bytes stand next to each other, in either case.
    func probability(of first: UInt8, then second: UInt8) -> Float {
        let left = CaseFolding.folded(first)
        let right = CaseFolding.folded(second)
        return left < 0x80 && right < 0x80 ? pairs[Int(left) << 7 | Int(right)] : ByteStatistics.rare * 0.01
    }

    /// The share of places where a pair stands, in either case: an estimate where the two are not neighbours.
    func share(of pair: BytePair) -> Double {
        if pair.distance == 1 { return Double(probability(of: pair.first, then: pair.second)) }
        // Bytes of one word are not independent, so a product of shares is too hopeful.
        return Double(4 * probability(of: pair.first) * probability(of: pair.second))
    }

    /// The share of places where a text begins: an estimate.
    ///
    /// A word is about as frequent as its rarest pair: the bytes of `windows` follow each other because of the word, so
    /// taking each to depend on the one before alone is wrong by factors of a thousand. Every byte more makes it a
    /// quarter rarer, which fits what was measured of names that rules ask for. Short texts are not taken to be rarer
    /// than chance would have them in text of another kind.
    func probability(of text: some Collection<UInt8>) -> Float {
        guard let first = text.first, text.count > 1 else { return text.first.map { probability(of: $0) } ?? 1 }
        var share = probability(of: first)
        var discount: Float = 1
        var chance: Float = 1.0 / 40
        for (left, right) in zip(text, text.dropFirst()) {
            share = min(share, probability(of: left, then: right))
            discount *= 0.75
            chance /= 40
        }
        return max(chance, share * discount / 0.75)
    }
}

/// The measured shares, one character each; see `ByteStatistics` for how they are written.
private enum TelemetryFrequencies {
    /// Printable ASCII without upper case, which counts as lower case.
    static let symbols: [UInt8] = (0x20...0x7E).filter { !(0x41...0x5A).contains($0) }

    static let bytes: StaticString = "Cc9XOQZRLLaGDCENACBCDEEEEEBMcIcXLN9NfLb7AAA8CBDAFEBBAADCA99CDBFDGIGIe"

    /// One row for each first byte, one character for each second byte.
    static let pairs: StaticString = """
        FreeRZdWObhZgMYcMLMSSQSRUTXjdMsiaVOlripKSKNQQVNLVVQOLMNaPMOQMOegmNVXw
        wwwwiwwwkwwwwowwhwpwwwwwwwwwwswwwnmwwwwfwswwwwwwwwwkownwwswwwwpwwwwww
        UwXnbTisbcimDNgYMLJSOSRRSSDNwwliLcMOwmlMTJNIRPKJmNOJNMJZLHILNLikmKgNw
        dhwZwwppwwwwwwpwmqwwpwwwwwwwwwpswwdwwwwwwsiktswkwwwqwwkwnkswlkwwwqwww
        wwVwhwtlaoswwwowhhwjhcpkfcwwtwwwnwVwwUwZdaZZaZZWZcebZbYmYVXcgYiwpewww
        awwwnSwwwwwwwwwwwUiwVYwibwwwwwwwwwdwwwwwwqwwwwwwwwpwwwwwwfwwwgnwwWkww
        pwwwswwwnwwwwwwworpwwwwwwwwwwwwwwwwwwwwhwwwwwcwwwwcwwwwwwnwrwwwwwwwww
        awqpjswdgWhdYnilhmlkmnskqpfbwmwwojaZiswegdbegficpseedeapcZehelhppfdhn
        ghwwUwkWaXwwbfjwUdfflqwswwwwwwwZgYcwwqwUicZaOTmbloigUTeqQXcfgQawtskww
        VwOwmjngXWswgqXwwwwwwwwwwwNYnowwwbSYwmpsjwwwjwwjpwwwwwwwwjwwwwwwwfabw
        jwfwmwwgwlgwwowpwwqwwwwwwwwwwwwwwidnwnswiwwwwwwwwwwwwwwwwwwwwwwwwwwsw
        ZwmwdwwdhnwfwwwjiJMMQQOQSOwwwcwwwghewwwQTWRXWifdfiggkhghffggfegjpwwww
        PwDpZwwdjwwwwewqccdfihjhjjwwwwwwkiawwwwwwjgwwwhRwwsRnmqwwRlqwowwwwwww
        ZwNwswolmmwwwcnqHIKPLKLPPNwwwwrwwmOwwnwNMMQORehaeZcTPNQpTLUbXLrqstwww
        UwapfwwhjnjpwjWpMLQPQPQOQRwwwwwwwwRwwhwTZNHIYXXOdbOTNXRmWOOWXTablkwwh
        gwlwwwolswoiwwjafegggihfnkwwwwtwwwhwwowVedZdfbcdieacbNafdXeddZffiiowq
        QwLlwwkfoRqiLHMhDJIJKMKLJKNfonwwwwNYsVkHPPOOOfgfdeheffjfgfWegfLgSwOLw
        QpMlYwninYkhQLNiIMKLLNMKKLNfrRwwwfNcwewLPOQOQjVfeechdefghaXgfhegSwQTo
        OwOkownhjbwgLLMbGLILMLOMMNMctewwwpFcwamKONPNOechfjTfdhgeaeQadfhdSwRXn
        SwQswwrjlewhONPiLMFLMMKMLMOjtnwwwwRlwXgMOPOLQeefeegadhfdefSgggfgSwNWw
        QwMowwpjjanrQNLhLNLLMMNMLMPiwtwwwqNgwZkHONPPOfhgehggfhciebUhhajgSwMXs
        RwQmYwpmmenhQKNgNNMNLNLLMORfwRwwwqQhwehNMOQPKggfhfeeVfgeffSkfiekSwQXs
        SwOlawpkjZwiPNOhMPKNLONPMLOcsRwwwrObwanMOOQPMffedhegiehfeeXffhigSwQXs
        SwQmgwppjcnfQMPhLNMNONNLONNopwwwwpRhwYjLPQQNQfajgedeefifheVggfihSwOZw
        OwMownqjidwgNLPiKOONNLNNOPNfqkwwwwPpwYlJQPQRMefhfhffefgfcfPfgXihSwQXw
        OwQkwwnjkZwiSLPfMPMONONOMONawtwwwwRgwTjLPOPPPhjeehgjbgghdfRefdifSwQNw
        HwDmjcwfYwwwpPwZKKKKLLPQRWVwwiwwwOFwwmsfdeddbacmwqfgdiftlbVanjmskRwww
        NndpXrlnjwwwwnleaekkhiookkiUwowpwiYwwwwdcZefddkdqkfhigflaZbhjakspswaw
        wqwpwwwwwwwwwwwewwwwwwwwwwwwwwqpwwwwwwwkwnklswpnwwsnwwmskjmltnwwwwwww
        MwekZwwchwfwwjnwSRUUUSVVWVwwwUwwwbLwwwwWVTUVVkqlwtifSpgplYWqlhwqnnwww
        pwowprwwwwwwwwrntrptwwtowwwwlwwwwwdwwwwwwtqwjtwowwptwwlwwnjwwswwwswww
        mqjswwnwwZwwwwwwwwwwwwwwwwwwqwpdwwdwwwwwwwwowwwwwwwbwwwwwwwwwwkwwwwww
        swwwwfwlbwwwwwwwwwwwwwwwwwwwwwwwwwmwwpwnqjqsipwqwtsVlsjwwfNwOqwwwawww
        wwOwYwwZawnewdwpYdkpmmqqqqwwwwwwhpkZwwwdabgehgodwwjcmdcwfYaZbqowqrwww
        nwJhgwwdawepwmVnYXbVcdggXcwwwwwdakCswimPQLQSVVTRfNQOFVNhFFHRJFfpdRqqn
        WwiwcwrhfYwlPwcpgwwwwwwwwwXawitofeVcwwwwwwwwwwwwwwwwwwwwpwwwwwwwwiwRw
        rwwwwwwwowwwwwwwwwswwwwwwwwwwwwwwmswmwswmmsswqnwwwswwswwwlwwwwwwwwwww
        cwqwlnwswjnwllVnYWVcfgTgXawnwwwwpwhawYwcaTVUcWbSifaORXbiaTdVTaYnginhw
        rwwwmwwwwwwwwwwwiepkskimkwwwwwwwwwmwnwwwhwqwornwowlwlnmwwswwwlwwnwwww
        QwSlsmnjfbwXWMYXLMMNONNLQLYXwTnwshQgwXwGEEFFGDGKHHGGHJJHGHGHJJKJHwRUw
        bwWowpwflZwdWOWiJMONMNPPPObgwfwwwlVwwdwHJMJKJKKKHMJLLIJLOKKIKJPMMwOXw
        SpSgUqobiawfXMNaMQMQKNRROQGbwdomwqTjwdwGRIREQJKQfMNTaHVJINILeKeTewPXw
        LpHskdhfYUwgWPQaLQOQPPQQPMJdrRhwwbRasTmHQMNIRPYJYQHROEVMNKNLYQaQcwQTo
        KfFkhjfZYVqJRNHaKQPOLPPNMOJahLhrwYKcwTkGPGIJOKUKfLIFGOLLEFHKHLHLehMYw
        VwXqwwoocewgWMakLOQQMMOONPfiwlwwwkXdwhnJMOQNMRbLcPTKbKcLVMJOdQdQcjOaw
        PwMwwwwfNZwfhZYdOeffLgjfLeciwgwwsfXZwVwHGLXGcRWLdLZLNNYMNMXHaLePdwwqw
        SsbwwwlgfewgjOXeRgVfbffgfjdioRmwwwYcwYmIaPZKYQcKdMZNdIXKMPVOXVWQagnsw
        WwXswinhmjweqbQfkefXifghgipewenwwkWewfrHTHGQRMZbeaLHEINWNLJdMbceWwwwk
        bwnwwwwwwwwfwwhkgadegfeeigwpwnwwwwncwinHdddJdYfcedeecacRbedUcKddcwwww
        TwMwwwnlgcnfgkaeefheieaghgWjthpwweYnwewGbUbKbRRWeaRbVdZMcOSSUOeXdwwsw
        QoJlwwkbcTwHTjKUgcePegTifhWcwVkwwoNewXiIPXQISKYMdcGRaJXRXOMKUQfSdwjjm
        TwNwwwoheTwddcQcfZaGleffgdhhopwwwhNiwOwFLTQFaQcJedZObJLPXNYYcReaZwwww
        KwJfjlhaRamjcUQNcUaWeQSbeiOflQiooeJisYgFRNEIKKTNdVSUMPJPOLGLRQZRcijcw
        RwLwwknhogwgjUYhPaefggfegicdwqnwjlRnwgwIKHKbJKZXbQOKGVKQGHQHMEJccwwww
        SwNtwwteiZwdlTOeecZecgefggZdthwwwjUmnXoHcKUIbRRPcdPYaLMMHPPNXbbbewwjm
        dwrwwwwwwwwgwidghheghejffgwwwqwwwsnwwswEFeefTOdegefefccKeedQdMbfdwwww
        NqLodgkcZVsfccPeWhdVhefafgPbtVkwwcGawSmHNIJHVIYIdNWOLGLKQJKKIOcLcwwmw
        MwKmsahbYTwdaKNXdZcebeffeiOZnchbwWFfwRlGWPXFWKKIcLVKUGPMUGEOLPbFewnco
        JsJwnUkdaNsgbKLcMPSVMXWZbfOYohlwkfJZmQmFVLLESMJGdWNTLKLPJNKMQMVIdUrhi
        dwewwwwlwdwjnsZgWfegfhegfgciwmwwwwSswowFOQNJbMcJedJNLZSWHJIddKbfdwonw
        bwgwwwwpwwwewnVgcRceSeXifghgwcwwwsfwwfwHJNdGbOXHedfcdPePbSVceOecdwwww
        SwhwwwphjgwfiSXgfefcfVYjeeqjpgwwwoewwhwFFaXLcYRFddZSTLZPVFdbcLdUbwsww
        awcwswwjwmwgqnbhTOURUZXXPXshwpwwrpbowdwMXXZHabeacfYadcTMbJPedPeUdnwqw
        NhKwwnifbYwjZTSddggbgfghefUewfjqwlMfwYqJWZXPZPaUdeTVWZKMYFScOKccdfwnq
        owMwwwsspwwewqigfeffieeehfwwswwwwwgwwowKeebZePedeffebbdJcceVcMcfdwwww
        awMwYwwnkqwwwwswQXUTQMOXYVwwwwwwwjXwwowTTXRXRewmwwspfwgsjWhnsbwwkwwgw
        VwswilwdmwwwwwwswqqwwwwwwwwwwwwwwwjwsmwpgGnwwjwjwwkwsijwwjjWwjwwwwwww
        dwKmcwrfqiwwRhhlwwwwwwwwwwqerwwnwhMrwmwqwepijwwgwwwwwkjwwjwwwwwwwnjYw
        wwwwwwwwwwwwwwwwwmwwwwwwwwwwwwwwwwwwwwwwwwwwkqwwwnwwwpwwgwhwwwwwwwwww
        """
}
