import Testing
import Values

@Suite("Values")
struct ValueTests {
    @Test("A value is read as texts, as one text, as one number")
    func reading() {
        #expect(Value.missing.texts == [])
        #expect(Value.text("a").texts == ["a"])
        #expect(Value.number(1.5).texts == ["1.5"])
        #expect(Value.multivalue(["a", "b"]).texts == ["a", "b"])
        #expect(Value.multivalue(["a", "b"]).singleText == nil)
        #expect(Value.multivalue(["7"]).singleNumber == 7)
        #expect(Value.text("x").singleNumber == nil)
        #expect(Value.text("12").singleNumber == 12)
    }

    @Test("A cell holds no number that is not finite; a text that was read is missing where it is empty")
    func normalising() {
        #expect(Value.text("").normalised == .text(""))
        #expect(Value.read("") == .missing)
        #expect(Value.number(.nan).normalised == .missing)
        #expect(Value.multivalue(["", "a"]).normalised == .multivalue(["", "a"]))
        #expect(Value.multivalue([]).normalised == .missing)
        #expect(Value.several([""]) == .missing)
    }

    @Test("Texts compare as numbers when both are, else bytewise")
    func comparing() {
        #expect(Comparison.ofNumericTexts("9", "10") == .ascending)
        #expect(Comparison.ofNumericTexts("9", "10a") == .descending)
        #expect(Comparison.ofNumericTexts("1.0", "1") == .same)
        #expect(Comparison.ofTexts("a", "ab") == .ascending)
        #expect(Comparison.ofTexts("é", "e") == .descending)
        #expect(Comparison.ascending.reversed == .descending)
    }
}
