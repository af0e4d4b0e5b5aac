# The example of the README, and its negative twin seed.
sow fill "xavier_uniform_(gain=calculate_gain('relu'))" 3,5
sow fill "nn.init.xavier_uniform_(gain=nn.init.calculate_gain('relu'))" '[3, 5]' --seed 18446744073709551611
sow fill "xavier_uniform_(gain=sqrt(2.0))" '(3, 5)' --seed -5
