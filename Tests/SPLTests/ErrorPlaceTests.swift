import Testing

@testable import SPL

@Suite("The place of an error")
struct ErrorPlaceTests {
    @Test("is the macro call's, with the macro's name, for a word that came from one")
    func macros() throws {
        var macros = MacroLibrary()
        macros.define("outer", definition: "`inner` | head 1")
        macros.define("inner", definition: "kmeanz user")
        let error = try refusal("a=1 | `outer` | head", macros)
        #expect(error.column == 7)
        #expect(error.macro == "inner")
        #expect(error.word == "kmeanz")
        #expect(
            error.description
                == #"column 7, from macro `inner`, at "kmeanz": the command kmeanz is not supported; take it out, or rewrite the search with supported commands"#
        )
    }

    @Test("counts characters of the text as it was given, behind macros and comments too")
    func columns() throws {
        var macros = MacroLibrary()
        macros.define("long", definition: "name=one OR name=two OR name=three")
        #expect(try refusal("`long` ```note``` | nonsense", macros).column == 21)
        #expect(try refusal("n=\u{e4}\u{1F600} | nonsense").column == 8)
        #expect(try refusal("a=1\n| nonsense").column == 7)
    }

    @Test("is a quotation mark that a word processor has made, and the remedy says so")
    func typographicQuotes() throws {
        for text in ["| where a=\u{201C}x\u{201D}", "| where isnull(\u{2018}a\u{2019})"] {
            let error = try refusal("a=1 " + text)
            #expect(error.description.contains("typographic"), "\(error)")
        }
        #expect(try refusal("a=1 | where a=\u{201C}x\u{201D}").column == 15)
    }

    @Test("of something missing at the end is behind the end")
    func end() throws {
        #expect(try refusal("a=1 | head 5 | rename a").column == 24)
        #expect(try refusal("a=1 | rename a | head").column == 15)
    }

    @Test("of a command that begins a search without a pipe is the command's, not a search for its words")
    func commandWithoutPipe() throws {
        let error = #expect(throws: SPLError.self) { try SearchCompiler.compile("stats count by") }
        #expect(error?.column == 15)
        #expect(error?.command == "stats")
        #expect(error?.advice.contains("write \"stats\" in quotation marks") == true)
        #expect(try SearchCompiler.compile("\"stats\" count by").plan.commands.isEmpty)
    }
}
