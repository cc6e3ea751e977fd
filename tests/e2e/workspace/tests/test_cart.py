import unittest

from shop.cart import Cart


class CartTest(unittest.TestCase):
    def test_an_empty_cart_costs_nothing(self) -> None:
        self.assertEqual(Cart().total_cents(), 0)

    def test_single_pieces_cost_their_price(self) -> None:
        cart = Cart()
        cart.add("tea", 499)
        cart.add("cup", 1250)
        self.assertEqual(cart.total_cents(), 1749)

    def test_nine_pieces_get_no_discount(self) -> None:
        cart = Cart()
        cart.add("pencil", 85, pieces=9)
        self.assertEqual(cart.total_cents(), 765)

    def test_ten_pieces_get_the_bulk_discount(self) -> None:
        cart = Cart()
        cart.add("pencil", 85, pieces=10)
        self.assertEqual(cart.total_cents(), 765)

    def test_a_discounted_line_is_rounded_half_up(self) -> None:
        cart = Cart()
        cart.add("clip", 5, pieces=11)
        self.assertEqual(cart.total_cents(), 50)


if __name__ == "__main__":
    unittest.main()
