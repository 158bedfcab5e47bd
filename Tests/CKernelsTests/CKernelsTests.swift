import CKernels
import Testing

@Suite("Choosing a table")
struct TableTests {
    @Test("The scalar table is there on every machine and knows its name")
    func scalarIsThere() throws {
        let kernels = try #require(trawl_kernels_named("scalar"))
        #expect(String(cString: kernels.pointee.name) == "scalar")
    }

    @Test("An unknown name is refused")
    func unknownNames() {
        #expect(trawl_kernels_named("mmx") == nil)
        #expect(!trawl_kernels_select("mmx"))
    }
}
